// The ledger's Postgres adapter; importing it loads the driver, which is why it has a path of its own.
export { GroupCommit, type GroupCommitLimits, type GroupCommitWork } from './group-commit.ts';
export {
  type CalendarAgreement,
  type CalendarRefusal,
  type WantedCalendar,
  agreeOnCalendar,
  readCalendarVersions,
} from './calendar-store.ts';
export { migrate } from './migrate-ledger.ts';
export {
  type PostgresJournalOptions,
  createPostgresJournal,
  journalPoolOptions,
} from './postgres-journal.ts';
export { sqlFiles } from '@chipswitch/postgres-files';
