'use strict';

// The stock Node clients behind one call: an operation, its parameters by wire name, an answer or a Fault.
// Nothing here knows how a request is signed or sent; that is what the official packages do. The current SDK
// goes through its typed requests and answers, pop-core takes names as they are on the wire.

const ecs = require('@alicloud/ecs20140526');
const { $OpenApiUtil } = require('@alicloud/openapi-core');
const PopCore = require('@alicloud/pop-core');
const $dara = require('@darabonba/typescript');

const ENDPOINT = process.env.BERTH_ENDPOINT; // as Berth prints it: http://host:port
const VERSION = '2014-05-26';

/** What a client made of an answer that was an error. */
class Fault extends Error {
  constructor(code, status, message, requestId) {
    super(`${status} ${code}: ${message}`);
    Object.assign(this, { code, status, requestId, said: message });
  }
}

function credentials(key, secret) {
  return {
    accessKeyId: key || process.env.ALIBABA_CLOUD_ACCESS_KEY_ID,
    accessKeySecret: secret || process.env.ALIBABA_CLOUD_ACCESS_KEY_SECRET,
  };
}

/** The current SDK; `signatureAlgorithm` is undefined (V3) or "v2". */
class Current {
  constructor(signatureAlgorithm, key, secret) {
    const config = new $OpenApiUtil.Config({
      ...credentials(key, secret),
      endpoint: ENDPOINT.replace(/^http:\/\//, ''),
      protocol: 'http',
      regionId: 'cn-hangzhou',
      signatureAlgorithm,
    });
    this.client = new ecs.default(config);
  }

  async call(action, params) {
    const request = $dara.cast(params, new ecs[`${action}Request`]({}));
    const method = action[0].toLowerCase() + action.slice(1);
    let answer;
    try {
      answer = await this.client[method](request);
    } catch (error) {
      throw new Fault(error.code, error.statusCode, error.message, error.requestId);
    }
    if (answer.statusCode !== 200) throw new Error(`status ${answer.statusCode}`);
    return answer.body.toMap();
  }
}

/** pop-core, with `method` GET or POST. */
class Pop {
  constructor(method, key, secret) {
    this.method = method;
    this.client = new PopCore.RPCClient(
      { ...credentials(key, secret), endpoint: ENDPOINT, apiVersion: VERSION },
    );
  }

  async call(action, params) {
    const flat = {};
    for (const [name, value] of Object.entries(params)) {
      if (Array.isArray(value) || typeof value !== 'object') flat[name] = value;
      else for (const [field, inner] of Object.entries(value)) flat[`${name}.${field}`] = inner;
    }
    try {
      return await this.client.request(action, flat, { method: this.method });
    } catch (error) {
      if (!error.data) throw error;
      const status = error.entry.response.statusCode;
      throw new Fault(error.code, status, error.data.Message, error.data.RequestId);
    }
  }
}

/** Every client of the story: its name, and how to make it with the usual key or another. */
const CLIENTS = [
  ['ecs20140526, V3', (key, secret) => new Current(undefined, key, secret)],
  ['ecs20140526, v2', (key, secret) => new Current('v2', key, secret)],
  ['pop-core, GET', (key, secret) => new Pop('GET', key, secret)],
  ['pop-core, POST', (key, secret) => new Pop('POST', key, secret)],
];

module.exports = { CLIENTS, Fault };
