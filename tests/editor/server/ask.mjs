// Asks yaml-language-server what an editor asks, and prints its answers as JSON.
//
// The one argument is `{documents: [{uri, text}], at: [{uri, line, character}]}`. The answer has
// the diagnostics of each document, and for each place the labels to choose from and the hover text.

import { spawn } from 'node:child_process';

const { documents, at } = JSON.parse(process.argv[2]);
const bin = new URL('node_modules/yaml-language-server/bin/yaml-language-server', import.meta.url);
const server = spawn(process.execPath, [bin.pathname, '--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] });

// Nothing is asked of the network.
const settings = {
  yaml: { validate: true, hover: true, completion: true, schemaStore: { enable: false } },
};

// A server that says nothing fails the test instead of holding it up.
setTimeout(() => {
  throw new Error('the server did not answer');
}, 300_000).unref();

const waiting = new Map();
const published = new Map();
let heard = () => {};
let last = 0;

function send(message) {
  const text = JSON.stringify({ jsonrpc: '2.0', ...message });
  server.stdin.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
}

function ask(method, params) {
  last += 1;
  send({ id: last, method, params });
  const { promise, resolve, reject } = Promise.withResolvers();
  waiting.set(last, { resolve, reject });
  return promise;
}

function take(message) {
  if (message.method === undefined) {
    const { resolve, reject } = waiting.get(message.id);
    waiting.delete(message.id);
    if (message.error) reject(new Error(message.error.message));
    else resolve(message.result);
  } else if (message.method === 'textDocument/publishDiagnostics') {
    published.set(message.params.uri, message.params.diagnostics);
    heard();
  } else if (message.method === 'workspace/configuration') {
    const result = message.params.items.map(({ section }) => settings[section] ?? {});
    send({ id: message.id, result });
  } else if (message.id !== undefined) {
    send({ id: message.id, result: null });
  }
}

let buffer = Buffer.alloc(0);
server.stdout.on('data', (chunk) => {
  buffer = Buffer.concat([buffer, chunk]);
  for (;;) {
    const end = buffer.indexOf('\r\n\r\n');
    if (end < 0) return;
    const length = Number(/Content-Length: (\d+)/i.exec(buffer.subarray(0, end))[1]);
    if (buffer.length < end + 4 + length) return;
    const text = buffer.subarray(end + 4, end + 4 + length).toString();
    buffer = buffer.subarray(end + 4 + length);
    take(JSON.parse(text));
  }
});
server.on('exit', (code) => {
  if (code !== 0) throw new Error(`the server ended with ${code}`);
});

await ask('initialize', {
  processId: process.pid,
  rootUri: null,
  capabilities: {
    workspace: { configuration: true },
    textDocument: {
      publishDiagnostics: {},
      completion: { completionItem: { snippetSupport: true } },
      hover: { contentFormat: ['markdown'] },
    },
  },
});
send({ method: 'initialized', params: {} });
send({ method: 'workspace/didChangeConfiguration', params: { settings } });
for (const { uri, text } of documents) {
  const textDocument = { uri, languageId: 'yaml', version: 1, text };
  send({ method: 'textDocument/didOpen', params: { textDocument } });
}
while (documents.some(({ uri }) => !published.has(uri))) {
  await new Promise((resolve) => (heard = resolve));
}
const places = [];
for (const { uri, line, character } of at) {
  const params = { textDocument: { uri }, position: { line, character } };
  const completion = await ask('textDocument/completion', params);
  const items = Array.isArray(completion) ? completion : (completion?.items ?? []);
  const hover = await ask('textDocument/hover', params);
  const labels = items.map(({ label }) => label).sort();
  places.push({ labels, hover: hover?.contents?.value ?? null });
}
// What is said last is what holds.
const diagnostics = Object.fromEntries([...published].sort());
console.log(JSON.stringify({ diagnostics, places }));
await ask('shutdown');
send({ method: 'exit' });
