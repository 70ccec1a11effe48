// payShield-style host-command simulator with the Thales test LMK.
export { type HsmSettings, SimulatedHsm, responseCode, simulatedCommands } from './hsm.ts';
export {
  type Fault,
  type FaultRule,
  type HsmServer,
  type HsmServerSettings,
  startHsm,
} from './server.ts';
export { type KeyRole, Lmk, roles } from './lmk.ts';
export { ClearKey } from './cipher.ts';
