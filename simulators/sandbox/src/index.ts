// npm start: real servers and real processes on a bare machine, with scenarios.
export {};
