// Server push: prices, events and the balance, as soon as they change.

let source = null;
let handlers = {};

/** Open the stream with a handler for each kind of message. */
export function connect(messageHandlers) {
  handlers = messageHandlers;
  reconnect();
}

/** Reopen the stream, for example after logging in or out. */
export function reconnect() {
  source?.close();
  source = new EventSource("/push");
  for (const [name, handle] of Object.entries(handlers))
    source.addEventListener(name, (message) => handle(JSON.parse(message.data)));
}
