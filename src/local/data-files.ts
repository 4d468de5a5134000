/** What lies under `GENZO_DATA`, beside the folders `blobs`, `drafts`, `parts`, `derivatives` and `outbox`. */
export const DATABASE_FILE = 'genzo.sqlite'
export const SECRETS_FILE = 'secrets.json'
