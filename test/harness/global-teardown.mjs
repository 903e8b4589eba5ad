// biome-ignore lint/style/noDefaultExport: the test runner asks for it
export default async function globalTeardown() {
  await globalThis.tocsinSharedEngines?.stop();
}
