// The description of the API, read by somebody else's validator.

import assert from 'node:assert/strict';

import { Validator } from '@seriousme/openapi-schema-validator';

import { webTest } from '../harness/web_test.js';

webTest('a validator accepts the OpenAPI document', {}, async (world) => {
  const { status, body } = await world.server.request('GET', '/openapi.json');
  assert.equal(status, 200);
  const { valid, errors } = await new Validator().validate(body);
  assert.ok(valid, JSON.stringify(errors, null, 2));
  assert.match(body.openapi, /^3\.1\./);
});

webTest('a document that is wrong is not accepted', {}, async (world) => {
  const { body } = await world.server.request('GET', '/openapi.json');
  const { valid } = await new Validator().validate({ ...body, paths: { 'no-slash': { got: {} } } });
  assert.equal(valid, false);
});
