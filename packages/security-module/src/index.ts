// Keys and every operation that uses one, behind one interface.
export {};
