'use strict';
/**
 * The package for `require`. It loads the same module that `import` loads, with Node's own `require`: a test runner such as
 * Jest replaces `require`, and its own does not load ES modules.
 */
const { runInThisContext } = require('node:vm');

const { createRequire } = runInThisContext("process.getBuiltinModule('node:module')");

module.exports = createRequire(__filename)('./index.js');
