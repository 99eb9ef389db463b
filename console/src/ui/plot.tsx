// A plot over time: steps, as capacity changes. Colours come from the style sheet, so that it follows the theme. What it
// shows has to stand in words beside it too.

import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';

export interface Line {
  label: string;
  /** A custom property of the style sheet. */
  color: string;
  fill?: string;
  dash?: number[];
  width?: number;
  values: (number | null)[];
}

interface Props {
  label: string;
  /** Seconds since the epoch, rising. */
  times: number[];
  lines: Line[];
  from: number;
  to: number;
  height: number;
  /** A range that was dragged out. */
  select?: (from: number, to: number) => void;
  /** The range to show as chosen. */
  chosen?: { from: number; to: number } | undefined;
}

/** How the axis writes time, by the step of its ticks in seconds: 24 hours, and the day where it changes. */
const CLOCK: uPlot.Axis.Values = [
  [86400 * 28, '{MMM} {YYYY}', null, null, null, null, null, null, 1],
  [86400, '{D} {MMM}', null, null, null, null, null, null, 1],
  [60, '{HH}:{mm}', null, null, '\n{D} {MMM}', null, null, null, 1],
  [1, '{HH}:{mm}:{ss}', null, null, '\n{D} {MMM}', null, null, null, 1],
];

export function Plot(props: Props) {
  const box = useRef<HTMLDivElement>(null);
  const legend = useRef<HTMLElement>(null);
  const latest = useRef(props);
  latest.current = props;
  const shape = JSON.stringify([props.times, props.lines, props.from, props.to, props.height]);
  const plot = useRef<uPlot>();
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const draw = () => {
      plot.current?.destroy();
      plot.current = made(element, latest, legend);
      showChosen(plot.current, latest.current.chosen);
    };
    draw();
    const resized = new ResizeObserver(() => {
      plot.current?.setSize({ width: element.clientWidth, height: latest.current.height });
      showChosen(plot.current, latest.current.chosen);
    });
    resized.observe(element);
    const scheme = matchMedia('(prefers-color-scheme: dark)');
    addEventListener('themechange', draw);
    scheme.addEventListener('change', draw);
    return () => {
      resized.disconnect();
      removeEventListener('themechange', draw);
      scheme.removeEventListener('change', draw);
      plot.current?.destroy();
      plot.current = undefined;
    };
  }, [shape]);
  useEffect(() => showChosen(plot.current, props.chosen), [props.chosen?.from, props.chosen?.to]);
  return (
    <figure class="plot">
      <figcaption class="legend" aria-hidden="true" ref={legend}>
        {props.lines.map((it) => (
          <span key={it.label}>
            <i style={{ background: `var(${it.color})` }} />
            {it.label} <b />
          </span>
        ))}
        <time />
      </figcaption>
      <div ref={box} role="img" aria-label={props.label} style={{ height: `${props.height}px` }} />
    </figure>
  );
}

type Ref<T> = { current: T };

function made(element: HTMLElement, latest: Ref<Props>, legend: Ref<HTMLElement | null>): uPlot {
  const style = getComputedStyle(document.documentElement);
  const color = (name: string) => style.getPropertyValue(name).trim();
  const { times, lines, from, to, height, select } = latest.current;
  const stepped = uPlot.paths.stepped?.({ align: 1 });
  const font = `11px ${color('--font')}`;
  const axis = {
    stroke: color('--muted'),
    font,
    grid: { stroke: color('--grid'), width: 1 },
    ticks: { stroke: color('--grid'), width: 1, size: 4 },
  };
  const most = Math.max(1, ...lines.flatMap((it) => it.values.map((value) => value ?? 0)));
  return new uPlot(
    {
      width: Math.max(200, element.clientWidth),
      height,
      padding: [8, 24, 0, 0],
      tzDate: (at) => uPlot.tzDate(new Date(at * 1000), 'Etc/UTC'),
      legend: { show: false },
      cursor: { drag: { x: select !== undefined, y: false, setScale: false }, points: { show: false }, y: false },
      scales: { x: { time: true, range: [from, to] }, y: { range: [0, most * 1.08] } },
      axes: [
        { ...axis, values: CLOCK, space: 70 },
        { ...axis, size: 46, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000] },
      ],
      series: [
        {},
        ...lines.map((line) => ({
          label: line.label,
          stroke: color(line.color),
          width: line.width ?? 1.5,
          points: { show: false },
          ...(stepped ? { paths: stepped } : {}),
          ...(line.fill ? { fill: color(line.fill) } : {}),
          ...(line.dash ? { dash: line.dash } : {}),
        })),
      ],
      hooks: {
        setCursor: [(plot) => tell(legend.current, latest.current, plot)],
        setSelect: [
          (plot) => {
            const { left, width } = plot.select;
            if (width > 2) latest.current.select?.(plot.posToVal(left, 'x'), plot.posToVal(left + width, 'x'));
          },
        ],
      },
    },
    [times, ...lines.map((it) => it.values)],
    element,
  );
}

/** What holds at the moment under the pointer, in the legend. */
function tell(legend: HTMLElement | null, { times, lines }: Props, plot: uPlot): void {
  if (!legend) return;
  const left = plot.cursor.left ?? -1;
  const at = left < 0 ? undefined : plot.posToVal(left, 'x');
  const index = at === undefined ? -1 : times.findLastIndex((it) => it <= at);
  legend.querySelectorAll('b').forEach((element, line) => {
    const value = lines[line]?.values[index];
    element.textContent = value === undefined || value === null ? '' : String(value);
  });
  const time = legend.querySelector('time');
  if (time)
    time.textContent = at === undefined ? '' : `${new Date(at * 1000).toISOString().slice(0, 16).replace('T', ' ')}`;
}

function showChosen(plot: uPlot | undefined, chosen: Props['chosen']): void {
  if (!plot || !chosen) return;
  const width = plot.bbox.width / devicePixelRatio;
  const at = (seconds: number) => Math.min(width, Math.max(0, plot.valToPos(seconds, 'x')));
  const [left, right] = [at(chosen.from), at(chosen.to)];
  plot.setSelect({ left, width: right - left, top: 0, height: plot.bbox.height / devicePixelRatio }, false);
}
