// What hardly changes and many views ask for: regions, their zones, and instance types. Loaded once a key.

import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { usePlace } from './router';
import { useKey } from './session';
import { store, useStore } from './store';
import { Page, Skeleton, Trouble } from './ui/basic';
import { all, call } from './wire/client';
import type { Key } from './wire/key';

export interface InstanceType {
  InstanceTypeId: string;
  InstanceTypeFamily: string;
  CpuCoreCount: number;
  MemorySize: number;
  GPUAmount?: number;
}

interface World {
  regions: string[];
  /** Zones of each region in which hosts stand, and the types that they offer. */
  zones: Record<string, Record<string, string[]>>;
  types: InstanceType[];
}

const world = store<World | undefined>(undefined);
export const useWorld = () => useStore(world);
export const forgetWorld = () => world.set(undefined);

/** The region of the documentation's examples; where it is served it comes first. */
const USUAL = 'cn-hangzhou';

/** The region of the address, or the first. */
export function useRegion(): string {
  const { query } = usePlace();
  const known = useWorld();
  const first = known?.regions.includes(USUAL) ? USUAL : known?.regions[0];
  return query.get('region') ?? first ?? '';
}

interface Regions {
  Regions: { Region: { RegionId: string }[] };
}
interface Zones {
  Zones: { Zone: { ZoneId: string; AvailableInstanceTypes: { InstanceTypes: string[] } }[] };
}
interface Types {
  NextToken?: string;
  InstanceTypes: { InstanceType: InstanceType[] };
}

async function loadWorld(key: Key): Promise<World> {
  const [answer, types] = await Promise.all([
    call<Regions>(key, 'DescribeRegions', {}),
    all<Types, InstanceType>(
      key,
      'DescribeInstanceTypes',
      { MaxResults: '100' },
      (it) => it.InstanceTypes.InstanceType,
    ),
  ]);
  const regions = answer.Regions.Region.map((it) => it.RegionId);
  const zones = await Promise.all(
    regions.map(async (region): Promise<[string, Record<string, string[]>]> => {
      const found = await call<Zones>(key, 'DescribeZones', { RegionId: region });
      const offered = found.Zones.Zone.map((it): [string, string[]] => [
        it.ZoneId,
        it.AvailableInstanceTypes.InstanceTypes,
      ]);
      return [region, Object.fromEntries(offered.filter(([, types]) => types.length > 0))];
    }),
  );
  return { regions, zones: Object.fromEntries(zones), types };
}

/** Loads the world for a view that is richer with it and works without. */
export function ensureWorld(key: Key | undefined): void {
  if (key && !world.get()) loadWorld(key).then(world.set, () => undefined);
}

/** Shows its children once the world is known. */
export function WorldGate({ children }: { children: ComponentChildren }) {
  const key = useKey();
  const known = useWorld();
  const [error, setError] = useState<Error>();
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    if (!key || world.get()) return;
    let mine = true;
    setError(undefined);
    loadWorld(key).then(
      (it) => mine && world.set(it),
      (it: Error) => mine && setError(it),
    );
    return () => {
      mine = false;
    };
  }, [key, turn]);
  if (error) {
    return (
      <Page title="The fleet could not be read">
        <Trouble error={error} retry={() => setTurn(turn + 1)} />
      </Page>
    );
  }
  if (!known) {
    return (
      <Page title="Reading the fleet">
        <Skeleton lines={6} />
      </Page>
    );
  }
  if (known.regions.length === 0) {
    return (
      <Page title="There is no fleet yet">
        <p>
          Describe regions, host classes and hosts in the configuration and start Berth again: examples/berth.toml in
          its source explains every setting.
        </p>
      </Page>
    );
  }
  return <>{children}</>;
}
