import type { ToPage } from '../protocol.js';

const source = new EventSource('/events');
source.addEventListener('message', (event: MessageEvent<string>) => {
  const told = JSON.parse(event.data) as ToPage;
  document.title = told.kind;
});
