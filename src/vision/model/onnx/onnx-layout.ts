import { isSpatial, sizeOf } from '../../trunk/plan.js';
import type { Shape } from '../../trunk/plan.js';
import { NoStepError } from '../builder.js';
import type { NetworkBuilder } from '../builder.js';
import { MOST_AXES } from './onnx-tensor.js';

/**
 * A value of an ONNX graph as the plan has it. Axes are numbered as in the graph, where axis 0 is the batch, which is
 * one: the plan's axis i is the graph's axis `axes[i]`. So a feature map [1, channels, height, width] lies in the plan as
 * [height, width, channels] with the axes 2, 3, 1, and a transposition of the graph moves nothing: it names axes anew.
 */
export interface Mapped {
  readonly value: string;
  readonly axes: readonly number[];
  /** Which of the graph's axes are the picture's height and width; null where they were mixed with others. */
  readonly places: readonly [height: number, width: number] | null;
}

/** The axes of a value of so many, the channels, which ONNX has first, at the end. */
export function channelsAtTheEnd(rank: number): number[] {
  return [...Array.from({ length: Math.max(0, rank - 2) }, (_, index) => index + 2), ...(rank > 1 ? [1] : [])];
}

function isSame(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((each, index) => each === b[index]);
}

/** Axes of one shape that hold the same numbers as axes of another. */
interface Segment {
  readonly from: number[];
  readonly to: number[];
}

/** Divides two shapes of as many numbers into the shortest runs of axes that match; sides of one are left out. */
function segmentsOf(from: Shape, to: Shape): Segment[] {
  const axesOf = (shape: Shape): number[] => shape.flatMap((side, axis) => (side === 1 ? [] : [axis]));
  const [before, after] = [axesOf(from), axesOf(to)];
  const segments: Segment[] = [];
  while (before.length > 0 || after.length > 0) {
    const segment: Segment = { from: [], to: [] };
    let [left, right] = [1, 1];
    do {
      const [axes, shape, taken] =
        left <= right ? ([before, from, segment.from] as const) : ([after, to, segment.to] as const);
      const axis = axes.shift();
      if (axis === undefined) throw new Error(`it reshapes [${from.join(', ')}] to [${to.join(', ')}]`);
      taken.push(axis);
      if (left <= right) left *= shape[axis] ?? 1;
      else right *= shape[axis] ?? 1;
    } while (left !== right);
    segments.push(segment);
  }
  return segments;
}

/** Adds the steps that move a graph's values to where the plan wants them, and none where names of axes suffice. */
export class OnnxLayout {
  /** Values of the plan that are feature maps of the picture's places. */
  readonly maps = new Set<string>();

  constructor(
    readonly builder: NetworkBuilder,
    /** Told of every value of the plan that is a value of the graph in some order of its axes. */
    readonly onMoved: (from: Mapped, to: Mapped) => void,
  ) {}

  /** The shape as the graph has it, with the batch. */
  shape({ value, axes }: Mapped): number[] {
    const shape = this.builder.shape(value);
    const result = Array<number>(axes.length + 1).fill(1);
    axes.forEach((axis, index) => (result[axis] = shape[index] ?? 1));
    return result;
  }

  /** The same value with the plan's axes in another order. */
  inOrder(mapped: Mapped, axes: readonly number[]): Mapped {
    if (isSame(mapped.axes, axes)) return mapped;
    const sides = this.shape(mapped);
    const target = axes.map((axis) => sides[axis] ?? 1);
    const long = (each: readonly number[]): number[] => each.filter((axis) => sides[axis] !== 1);
    const name = `${mapped.value}/order`;
    const value = isSame(long(mapped.axes), long(axes))
      ? this.builder.reshape(name, mapped.value, target)
      : this.builder.permute(
          name,
          mapped.value,
          axes.map((axis) => mapped.axes.indexOf(axis)),
        );
    const moved = { ...mapped, value, axes };
    this.onMoved(mapped, moved);
    return moved;
  }

  /** The value with the given axis of the graph last, where the plan has channels. */
  withLast(mapped: Mapped, axis: number): Mapped {
    if (mapped.axes.at(-1) === axis) return mapped;
    const others = mapped.axes.filter((each) => each !== axis);
    // Where nobody knows which are the places, rows come before columns.
    return this.inOrder(mapped, [...(mapped.places === null ? others.toSorted((a, b) => a - b) : others), axis]);
  }

  /** The value of [1, channels, height, width] as steps over feature maps want it. */
  featureMap(mapped: Mapped): Mapped {
    if (mapped.axes.length !== 3) throw new NoStepError('it is no feature map');
    return this.inOrder(mapped, [2, 3, 1]);
  }

  /** The value with axes of one at the front of its graph's shape, as broadcasting puts them there. */
  ofRank(mapped: Mapped, rank: number): Mapped {
    const added = rank - mapped.axes.length - 1;
    if (added === 0) return mapped;
    const shape = [...Array<number>(added).fill(1), ...this.shape(mapped)];
    return this.reshape(`${mapped.value}/rank`, mapped, shape);
  }

  transposed({ value, axes, places }: Mapped, perm: readonly number[]): Mapped {
    if (
      !isSame(
        perm.toSorted((a, b) => a - b),
        [0, ...axes.toSorted((a, b) => a - b)],
      )
    )
      throw new Error(`it orders ${axes.length + 1} axes as [${perm.join(', ')}]`);
    if (perm[0] !== 0) throw new NoStepError('it moves the batch');
    const to = (axis: number): number => perm.indexOf(axis);
    return { value, axes: axes.map(to), places: places && [to(places[0]), to(places[1])] };
  }

  /**
   * The value in another shape of the graph: axes that stay one by one stay where they are in the plan, and those that
   * are divided or joined are so in their place.
   */
  reshape(name: string, mapped: Mapped, shape: readonly number[]): Mapped {
    const from = this.shape(mapped);
    if (shape.length > MOST_AXES) throw new Error(`it reshapes to ${shape.length} axes`);
    if (shape[0] !== 1 || sizeOf(shape) !== sizeOf(from)) {
      throw new NoStepError(`it reshapes [${from.join(', ')}] to [${shape.join(', ')}]`);
    }
    const segments = segmentsOf(from, shape);
    const known = new Set(segments.flatMap((segment) => segment.from));
    // Each run of axes goes where its first lies.
    const first = (segment: Segment): number => Math.min(...segment.from.map((axis) => mapped.axes.indexOf(axis)));
    const ordered = segments.toSorted((a, b) => first(a) - first(b));
    const ones = mapped.axes.filter((axis) => !known.has(axis));
    const joined = this.inOrder(mapped, [...ones, ...ordered.flatMap((segment) => segment.from)]);
    const long = ordered.flatMap((segment) => segment.to);
    const axes = this.#withOnes(long, shape.length);
    const value = this.builder.reshape(
      name,
      joined.value,
      axes.map((axis) => shape[axis] ?? 1),
    );
    const moved = (axis: number): number | null => {
      const segment = segments.find((each) => each.from.includes(axis));
      return segment?.from.length === 1 && segment.to.length === 1 ? (segment.to[0] ?? null) : null;
    };
    const [height, width] = (mapped.places ?? []).map(moved);
    const places =
      height === undefined || height === null || width === undefined || width === null
        ? null
        : ([height, width] as const);
    return { value, axes, places };
  }

  /** Notes whether a value is a feature map of the picture's places in the plan's order. */
  noteMap({ value, axes, places }: Mapped): void {
    const isMap = places !== null && axes[0] === places[0] && axes[1] === places[1];
    if (isMap && isSpatial(this.builder.shape(value))) this.maps.add(value);
  }

  /**
   * Notes that a value in the plan's order is pooled over its first two axes. Where windows and attention have mixed the
   * places with others, these are the picture's once more: what classifiers pool last, in the picture's own proportions.
   */
  notePooled({ value, axes, places }: Mapped): void {
    if (places !== null) return;
    const { height, width } = this.builder.input;
    const [rows = 1, columns = 1] = this.builder.shape(value);
    const isLikePicture = Math.abs(rows * width - columns * height) < Math.max(height, width);
    const [down = 0, across = 0] = axes;
    if (isLikePicture) this.noteMap({ value, axes, places: [down, across] });
  }

  /**
   * A value of places and channels, as attention and mixing over places have them, as the feature map whose rows those
   * places are, one after the other: patches of a picture are numbered so.
   *
   * @param along the axis of the graph that the places are in.
   * @throws NoStepError where there are not as many as a map in the picture's proportions has.
   */
  mapOfPlaces(mapped: Mapped, along: number): Mapped {
    const [channels = 1] = mapped.axes.filter((axis) => axis !== along);
    const row = this.inOrder(mapped, [along, channels]);
    const [count = 1, depth = 1] = this.builder.shape(row.value);
    const { height, width } = this.builder.input;
    const rows = Math.sqrt((count * height) / width);
    if (mapped.axes.length !== 2 || !Number.isInteger(rows) || rows < 2) throw new NoStepError('it is no map');
    const value = this.builder.reshape(`${row.value}/map`, row.value, [rows, count / rows, depth]);
    const axes = along < channels ? ([1, 2, 3] as const) : ([2, 3, 1] as const);
    const map: Mapped = { value, axes, places: [axes[0], axes[1]] };
    this.onMoved(row, map);
    this.noteMap(map);
    return map;
  }

  /** All axes of the graph, those of one among the others where steps want them. */
  #withOnes(long: readonly number[], rank: number): number[] {
    const usual = channelsAtTheEnd(rank);
    if (
      isSame(
        usual.filter((axis) => long.includes(axis)),
        long,
      )
    ) {
      return usual;
    }
    const ones = Array.from({ length: rank - 1 }, (_, index) => index + 1).filter((axis) => !long.includes(axis));
    return [...ones, ...long];
  }
}
