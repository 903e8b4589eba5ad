export interface EngineOptions {
  dataDir: string;
  port: number;
  log: (line: string) => void;
  onDeath?: ((sentence: string) => void) | undefined;
}
