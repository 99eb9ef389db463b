// Sample code of one call in every language that has a client. One file a language.

import { aliyun } from './aliyun';
import type { Ask, Sample } from './ask';
import { curl } from './curl';
import { go } from './go';
import { java } from './java';
import { node } from './node';
import { php } from './php';
import { python } from './python';
import { terraform } from './terraform';

export type { Ask, Sample } from './ask';

export function samples(ask: Ask): Sample[] {
  const made = [python(ask), java(ask), go(ask), node(ask), php(ask), aliyun(ask), curl(ask), terraform(ask)];
  return made.filter((it) => it !== undefined);
}
