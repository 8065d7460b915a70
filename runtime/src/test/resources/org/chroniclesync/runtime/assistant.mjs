// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
//
// An assistant by a client library of others: asks the server that the arguments start, one line of JSON an answer.
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';

const [command, ...args] = process.argv.slice(2);
const client = new Client({ name: 'test', version: '1' });
await client.connect(new StdioClientTransport({ command, args, env: process.env }));
const say = (answer) => console.log(JSON.stringify(answer));
say(client.getServerVersion());
say((await client.listTools()).tools.map((tool) => tool.name));
// The library checks what is structured against the schema that the tool declares.
say(await client.callTool({ name: 'search', arguments: { query: 'harbour bridge reopens' } }));
say(await client.callTool({ name: 'search', arguments: { query: 'harbuor' } }));
say(await client.callTool({ name: 'recent', arguments: { limit: 1, before: '2999-01-01' } }));
say(await client.callTool({ name: 'recent', arguments: { after: 'soonish' } }));
const deletion = await client.callTool({ name: 'delete', arguments: { address: 'http://news.example.org/' } });
say(deletion);
say(await client.callTool({ name: 'search', arguments: { query: 'harbour bridge reopens url:news' } }));
say(await client.callTool({ name: 'undo', arguments: { number: deletion.structuredContent.number } }));
say(await client.callTool({ name: 'search', arguments: { query: 'harbour bridge reopens url:news' } }));
await client.close();
