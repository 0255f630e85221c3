import { render } from 'preact';
import { App } from './app.js';
import { listen } from './base/events.js';
import { keepServer } from './base/server.js';

const place = document.querySelector('#page');
if (place !== null) {
  keepServer();
  listen();
  render(<App />, place);
}
