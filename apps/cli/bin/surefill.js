#!/usr/bin/env node
// A file that exists before the build, so that installing links the command at once.
import "../dist/main.js";
