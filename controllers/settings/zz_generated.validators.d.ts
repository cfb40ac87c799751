// Written by `npm run generate`; do not edit.
import type { ErrorObject } from 'ajv';

/** Whether the value satisfies the schema; if not, `errors` says why until the next call. */
export interface Validator {
  (value: unknown): boolean;
  errors?: ErrorObject[] | null;
}
export declare const settings: Validator;
