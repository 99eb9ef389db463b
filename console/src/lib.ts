// What of the console needs no browser, for the tests: signing and samples.

export { canonical, percent } from './wire/encode';
export { keyOf } from './wire/key';
export { signV1 } from './wire/v1';
export { signV3 } from './wire/v3';
export { samples } from './samples';
