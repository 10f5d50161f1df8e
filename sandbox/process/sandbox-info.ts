/** Where a sandbox is: the line that `sandbox --json` prints. All addresses are on 127.0.0.1. */
export interface SandboxInfo {
  s3: string;
  dynamodb: string;
  events: string;
  sqs: string;
  sns: string;
  secrets: string;
  ssm: string;
  /** Meta's Graph API: the emulator, or the server that stands in for it. */
  graph: string;
  control: string;
  region: string;
  landingBucket: string;
  syncedBucket: string;
  workBucket: string;
  busName: string;
  archiveName: string;
  /** Where alerts lie, one file each. */
  outboxDir: string;
  /** Where the functions' logs lie, one file each. */
  logsDir: string;
  /** Meta's number of each catalog, by the catalog's name. */
  catalogs: Record<string, string>;
  functions: string[];
}
