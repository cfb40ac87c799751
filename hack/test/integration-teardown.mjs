export default async function teardown() {
  await globalThis.testAPIServer?.stop();
}
