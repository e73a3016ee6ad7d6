// The description of the API, read by somebody else's validator.

import assert from 'node:assert/strict';

import { Validator } from '@seriousme/openapi-schema-validator';

import { webTest } from '../harness/web_test.js';

webTest('a validator accepts the OpenAPI document', {}, async (world) => {
  const { description } = world.server;
  const { valid, errors } = await new Validator().validate(description);
  assert.ok(valid, JSON.stringify(errors, null, 2));
  assert.match(description.openapi, /^3\.1\./);
});

webTest('a document that is wrong is not accepted', {}, async (world) => {
  const wrong = { ...world.server.description, paths: { 'no-slash': { got: {} } } };
  const { valid } = await new Validator().validate(wrong);
  assert.equal(valid, false);
});
