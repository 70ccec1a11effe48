// The ledger's Postgres adapter; importing it loads the driver, which is why it has a path of its own.
export { GroupCommit, type GroupCommitLimits, type GroupCommitWork } from './group-commit.ts';
export { migrate } from './migrate.ts';
export {
  type PostgresJournalOptions,
  createPostgresJournal,
  journalPoolOptions,
} from './postgres-journal.ts';
