/** The queues of the controllers. */
export interface Wake {
  export(key: string): void;
  import(key: string): void;
  gateway(key: string): void;
  discovery(namespace: string): void;
  labeled(key: string): void;
}
