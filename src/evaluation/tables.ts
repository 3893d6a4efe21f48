import { percentage } from '../percentage.js';
import { RANKINGS } from './perturbing.js';
import type { EvaluationReport } from './report.js';

/** Figures to read, under one title: the same in the terminal and on the page. */
export interface Table {
  readonly title: string;
  /** Names of the columns, or null where each row says what it is. */
  readonly head: readonly string[] | null;
  readonly rows: readonly (readonly string[])[];
}

/** A wider confusion matrix is not for reading; `evaluation.json` has it up to 100 classes. */
const MOST_COLUMNS = 20;

/** The curve is read at every fourth threshold: 0.1, 0.2 and so on. */
const EVERY = 4;

/** One number, or that of classes and that of kinds. */
export function thresholdText(threshold: EvaluationReport['model']['threshold']): string {
  if (threshold.class === threshold.group) return `${threshold.class}`;
  return `${threshold.class} for a class and ${threshold.group} for a kind`;
}

function summary({ data, accuracy, told, none }: EvaluationReport): Table {
  const { kind } = accuracy;
  const rows = [
    ['the likeliest class is the true one', percentage(accuracy.top1)],
    ['the true class is among the first five', percentage(accuracy.top5)],
  ];
  if (kind !== null) rows.push([`the likeliest kind is the true one (${kind.photos} photos)`, percentage(kind.right)]);
  rows.push(['answered with a class', percentage(told.class)]);
  if (kind !== null) rows.push(['answered with a kind', percentage(told.kind)]);
  rows.push(['answered “not sure”', percentage(told.notSure)], ['of the answers wrong', percentage(told.wrong)]);
  if (none !== null)
    rows.push([`nothing it knows: “not sure” or true (${none.pictures} pictures)`, percentage(none.right)]);
  if (data.refused > 0) rows.push(['files left out', `${data.refused}`]);
  return { title: 'Answers', head: null, rows };
}

function noneByKind({ none }: EvaluationReport): Table[] {
  if (none === null || none.kinds.length < 2) return [];
  return [
    {
      title: 'Pictures of nothing it knows',
      head: ['kind', '“not sure” or true', 'pictures'],
      rows: none.kinds.map(({ kind, right, pictures }) => [kind, percentage(right), `${pictures}`]),
    },
  ];
}

/** The confusion matrix, a row a true class and a column the likeliest; of many classes the commonest mistakes. */
function confusion({ confusion: { matrix, mistakes }, model: { classes } }: EvaluationReport): Table[] {
  const title = 'What is taken for what';
  if (matrix !== null && classes.length <= MOST_COLUMNS) {
    return [
      { title, head: ['is', ...classes], rows: matrix.map((row, at) => [classes[at] ?? '', ...row.map(String)]) },
    ];
  }
  if (mistakes.length === 0) return [];
  const rows = mistakes.map(({ truth, answered, count }) => [truth, answered, `${count}`]);
  return [{ title, head: ['is', 'taken for', 'photos'], rows }];
}

function calibration({ calibration: { bins, error, mended }, model }: EvaluationReport): Table[] {
  const errors = [[`expected calibration error at temperature ${model.temperature}`, percentage(error)]];
  if (mended !== null) errors.push([`at ${mended.temperature.toFixed(2)}, which fits best`, percentage(mended.error)]);
  return [
    {
      title: 'How sure, and how often right',
      head: ['says', 'is right', 'photos'],
      rows: bins.map(({ confidence, accuracy, count }) => [percentage(confidence), percentage(accuracy), `${count}`]),
    },
    { title: 'Calibration', head: null, rows: errors },
  ];
}

function curve({ curve: points, none, model: { threshold } }: EvaluationReport): Table {
  const ofNone = none === null ? [] : ['nothing it knows: right'];
  return {
    title: `“Not sure” with the same threshold for all, instead of ${thresholdText(threshold)}`,
    head: ['threshold', 'class', 'kind', 'not sure', 'of the answers wrong', ...ofNone],
    rows: points
      .filter((_, at) => at % EVERY === EVERY - 1)
      .map((point) => [
        point.threshold.toFixed(2),
        ...[point.class, point.kind, point.notSure, point.wrong].map((each) => percentage(each)),
        ...(point.none === null ? [] : [percentage(point.none)]),
      ]),
  };
}

function heatmaps({ heatmaps: measured }: EvaluationReport): Table[] {
  if ('unavailable' in measured)
    return [{ title: 'Heatmaps', head: null, rows: [['not measured', measured.unavailable]] }];
  const { method, layer, rows, columns, photos, without, pairs, perturbing, randomising } = measured;
  const lines = [
    ['method, layer, map', `${method}, ${layer ?? ''}, ${rows} x ${columns}`],
    ['photos, of them without evidence', `${photos}, ${without}`],
  ];
  if (pairs !== null) lines.push(['pairs of photos, both heatmaps in their half', `${pairs.right} of ${pairs.pairs}`]);
  const correlations = { 'the last layer': randomising.last, 'all layers': randomising.all };
  for (const [what, each] of Object.entries(correlations)) {
    if (each !== null) lines.push([`rank correlation after shuffling ${what}`, each.correlation.toFixed(3)]);
  }
  const tables: Table[] = [{ title: 'Heatmaps', head: null, rows: lines }];
  if (perturbing === null) return tables;
  const { baseline, means, better } = perturbing;
  tables.push({
    title: `Probability while pixels become the ${baseline} (deletion: lower is better) or come out of it (insertion: higher)`,
    head: ['order', 'deletion', 'insertion', 'heatmap better on'],
    rows: RANKINGS.map((ranking) => [
      ranking,
      means[ranking].deletion.toFixed(3),
      means[ranking].insertion.toFixed(3),
      ranking === 'heatmap' ? '' : percentage(better[ranking]),
    ]),
  });
  return tables;
}

/** Methods beside each other, a row each. */
function methods({ heatmaps: measured }: EvaluationReport): Table[] {
  if ('unavailable' in measured || measured.compared === null) return [];
  const { photos, methods: compared } = measured.compared;
  const figure = (value: number | null | undefined, digits = 3): string => value?.toFixed(digits) ?? '';
  return [
    {
      title: `Methods, on the ${photos} photos that all have a map of`,
      head: ['method', 'pairs right', 'deletion', 'insertion', 'last layer shuffled', 'all shuffled', 'ms', 'no map'],
      rows: compared.map(({ method, pairs, deletion, insertion, randomising: { last, all }, ...each }) => [
        method,
        pairs === null ? '' : `${pairs.right} of ${pairs.pairs}`,
        figure(deletion),
        figure(insertion),
        figure(last?.correlation),
        figure(all?.correlation),
        figure(each.milliseconds, 2),
        `${each.without}`,
      ]),
    },
  ];
}

function times({ milliseconds }: EvaluationReport): Table {
  const rows = Object.entries(milliseconds).flatMap(([name, spread]) =>
    spread === null ? [] : [[name, spread.median.toFixed(1), spread.p95.toFixed(1)]],
  );
  return { title: 'Milliseconds', head: ['', 'median', '95th percentile'], rows };
}

/** The figures of a report in the order they are read. */
export function tablesOf(report: EvaluationReport): Table[] {
  return [
    summary(report),
    ...noneByKind(report),
    curve(report),
    ...calibration(report),
    ...confusion(report),
    ...heatmaps(report),
    ...methods(report),
    times(report),
  ];
}
