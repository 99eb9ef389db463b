'use strict';

const { spawn } = require('node:child_process');
const { once } = require('node:events');
const { createInterface } = require('node:readline');
const ecs = require('@alicloud/ecs20140526');
const { $OpenApiUtil } = require('@alicloud/openapi-core');
const { RPCClient } = require('@alicloud/pop-core');

// --seed: the ids of a test are the same in every run.
const ARGUMENTS = ['dev', '--listen', '127.0.0.1:0', '--seed', '1', '--output', 'json'];

/** Starts a Berth and gives clients of it, and how to stop it. */
async function start() {
  const server = spawn(process.env.BERTH ?? 'berth', ARGUMENTS, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(server, 'exit');
  // One line, once it serves; none if it ended, which it has given the reason for on its standard error.
  const said = once(createInterface({ input: server.stdout }), 'line');
  const [line] = await Promise.race([
    said,
    ended.then(([status]) => {
      throw new Error(`berth dev ended with status ${status}`);
    }),
  ]);
  const berth = JSON.parse(line);
  const key = { accessKeyId: berth.key_id, accessKeySecret: berth.secret };
  const config = { ...key, endpoint: berth.address, protocol: 'http', regionId: berth.region };
  return {
    client: new ecs.default(new $OpenApiUtil.Config(config)),
    // For the operations of Berth's own: own.request('AdvanceClock', { Seconds: 60 }, { method: 'POST' })
    own: new RPCClient({ ...key, endpoint: berth.endpoint, apiVersion: '2026-11-01' }),
    async stop() {
      server.kill();
      await ended;
    },
  };
}

module.exports = { start };
