/** Lists as text for the columns of kubectl. */

const shown = 5;

/** `80/TCP,53/UDP`; of many ports the first, and how many more there are. */
export function summarizePorts(
  ports: readonly { readonly port: number; readonly protocol: string }[],
): string {
  const texts = ports.slice(0, shown).map(({ port, protocol }) => `${port}/${protocol}`);
  return [...texts, ...(ports.length > shown ? [`+${ports.length - shown}`] : [])].join(',');
}
