#!/usr/bin/env node
// The chipswitch command.
