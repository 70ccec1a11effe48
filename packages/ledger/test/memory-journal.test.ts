// The payment journal's contract against the memory journal.
import { createMemoryJournal } from '../src/index.ts';
import { journalContract } from './journal-contract.ts';

const journal = createMemoryJournal();
journalContract(
  'memory',
  () => journal,
  async (terminalId) => journal.closeBatch(terminalId),
);
