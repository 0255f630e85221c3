import { render } from 'preact';
import { App } from './app.js';
import { connectEvents } from './data/change-events.js';
import { watchServer } from './data/server.js';
import { releaseOldTrees } from './release-old-trees.js';

const root = document.querySelector('#page');
if (root !== null) {
  releaseOldTrees();
  watchServer();
  connectEvents();
  render(<App />, root);
}
