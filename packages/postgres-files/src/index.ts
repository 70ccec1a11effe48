// SQL in files: statements read by name, migrations applied in order.
export { migrate } from './migrate.ts';
export { sqlFiles } from './sql-files.ts';
