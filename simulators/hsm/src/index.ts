// payShield-style host-command simulator with the Thales test LMK.
export {};
