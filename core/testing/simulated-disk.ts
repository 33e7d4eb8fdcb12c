import {
  type Disk,
  type DiskFile,
  type DiskSpace,
  type DiskStat,
  ioError,
  type OpenMode,
  parentOf,
} from '../storage/disk.ts';
import { type Random, SeededRandom } from '../time/random.ts';
import { applied, type Change, type Content, keptOf, type LostPower } from './simulated-content.ts';

type Node = Content | 'directory';

/** A change of names that is not on the disk yet. */
interface NameChange {
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly node: Node;
}

/** A call of a disk, before it is done. */
export interface DiskCall {
  /** Counts the calls of this disk, from 0. */
  readonly index: number;
  /** What is to be done. */
  readonly operation: 'open' | 'read' | 'write' | 'sync' | 'truncate' | 'size' | 'close' | 'rename' | 'remove' | 'list';
  /** The file or directory that it is done to. */
  readonly path: string;
}

/**
 * What happens to a call instead: an error (`EIO`, `ENOSPC` …), a write that takes a part only, or one that reports
 * success and leaves a wrong bit.
 */
export type DiskFault = { readonly errno: string } | 'short' | 'corrupt';

/** How a simulated disk behaves. */
export interface SimulatedDiskOptions {
  /** Draws what a crash keeps. Default: that of seed 1. */
  readonly random?: Random;
  /** What the disk writes whole or not at all. Default 512; small ones tear small files. */
  readonly sectorBytes?: number;
  /** Contents beyond this are `ENOSPC`. Default: no limit. */
  readonly capacityBytes?: number;
  /** Dates the files. Default: all are of the first millisecond. */
  readonly clock?: { now(): number };
}

/**
 * A disk that can lose power. What was not synced is lost, kept, or kept in part, in any order; names are, unless their
 * directory was synced. Bytes that were never written may hold zeros, or what once was in other files at their place. Not
 * modelled: sectors that were synced and go bad by themselves (see `flipBit`), and partial sectors.
 */
export class SimulatedDisk implements Disk {
  /** Asked before each call. */
  onCall: ((call: DiskCall) => DiskFault | undefined) | undefined;
  /** May be changed, to make room. */
  capacityBytes: number;
  private readonly random: Random;
  private readonly sectorBytes: number;
  private readonly clock: { now(): number };
  private nodes = new Map<string, Node>([['/', 'directory']]);
  private durableNodes = new Map<string, Node>([['/', 'directory']]);
  private nameChanges: NameChange[] = [];
  /** Contents of the past, by position: what disk blocks that are used again may hold. */
  private graves: Uint8Array[] = [];
  private calls = 0;

  /** An empty disk. Without `random` what a crash keeps is that of seed 1. */
  constructor(options: SimulatedDiskOptions = {}) {
    this.random = options.random ?? new SeededRandom(1);
    this.sectorBytes = options.sectorBytes ?? 512;
    this.clock = options.clock ?? { now: () => 1 };
    this.capacityBytes = options.capacityBytes ?? Number.POSITIVE_INFINITY;
  }

  /** Calls so far. */
  get callCount(): number {
    return this.calls;
  }

  /** The same disk as it is now, apart from this one: as a process that was killed leaves it. */
  clone(random: Random): SimulatedDisk {
    const { sectorBytes, capacityBytes, clock } = this;
    const copy = new SimulatedDisk({ random, sectorBytes, capacityBytes, clock });
    const copies = new Map<Content, Content>();
    const copyOf = (node: Node): Node => {
      if (node === 'directory') return node;
      let made = copies.get(node);
      if (made === undefined) {
        made = {
          current: node.current.slice(),
          durable: node.durable.slice(),
          changes: [...node.changes],
          modifiedMs: node.modifiedMs,
        };
        copies.set(node, made);
      }
      return made;
    };
    for (const [path, node] of this.nodes) copy.nodes.set(path, copyOf(node));
    for (const [path, node] of this.durableNodes) copy.durableNodes.set(path, copyOf(node));
    copy.nameChanges = this.nameChanges.map(({ from, to, node }) => ({ from, to, node: copyOf(node) }));
    copy.graves = [...this.graves];
    return copy;
  }

  /** A disk as it may be found after a loss of power at this moment. This one stays as it is. */
  crashed(random: Random): SimulatedDisk {
    const disk = this.clone(random);
    // A journal keeps the order of names; others keep any of them.
    const keepsOrder = random.int(2) === 0;
    const keptCount = random.int(disk.nameChanges.length + 1);
    for (const [i, change] of disk.nameChanges.entries()) {
      if (keepsOrder ? i < keptCount : random.int(2) === 0) disk.applyName(change);
    }
    disk.nameChanges = [];
    disk.nodes = new Map(disk.durableNodes);
    const contents = new Set([...disk.nodes.values()].filter((node) => node !== 'directory'));
    for (const content of contents) {
      const before = content.current;
      content.durable = keptOf(content, disk.lostPower);
      content.current = content.durable.slice();
      content.changes = [];
      disk.bury(before);
    }
    return disk;
  }

  /** Flips one bit of what is on the disk. */
  flipBit(path: string, bit: number): void {
    const content = this.content(path);
    for (const bytes of [content.current, content.durable]) bytes[bit >>> 3]! ^= 1 << (bit & 7);
  }

  /** Cuts what is on the disk. */
  cut(path: string, sizeBytes: number): void {
    const content = this.content(path);
    content.current = content.current.slice(0, sizeBytes);
    content.durable = content.durable.slice(0, sizeBytes);
  }

  /** The size of every file, by path, in order. */
  sizes(): Map<string, number> {
    const files = [...this.nodes].filter((entry): entry is [string, Content] => entry[1] !== 'directory');
    return new Map(files.sort(([a], [b]) => (a < b ? -1 : 1)).map(([path, { current }]) => [path, current.length]));
  }

  private content(path: string): Content {
    const node = this.nodes.get(path);
    if (node === undefined || node === 'directory') throw ioError('look at', path, 'ENOENT');
    return node;
  }

  // Names

  async open(path: string, mode: OpenMode): Promise<DiskFile> {
    this.enter('open', path);
    let node = this.nodes.get(path);
    if (node === 'directory') throw ioError('open', path, mode === 'create' ? 'EEXIST' : 'EISDIR');
    if (node !== undefined && mode === 'create') throw ioError('open', path, 'EEXIST');
    if (node === undefined) {
      if (mode === 'read') throw ioError('open', path, 'ENOENT');
      this.needDirectory('open', path, parentOf(path));
      const modifiedMs = this.clock.now();
      node = { current: new Uint8Array(0), durable: new Uint8Array(0), changes: [], modifiedMs };
      this.nodes.set(path, node);
      this.nameChanges.push({ from: undefined, to: path, node });
    }
    return new SimulatedFile(this, path, node, mode !== 'read');
  }

  async rename(from: string, to: string): Promise<void> {
    this.enter('rename', from);
    const node = this.nodes.get(from);
    if (node === undefined) throw ioError('rename', from, 'ENOENT');
    this.needDirectory('rename', from, parentOf(to));
    if (to === from) return;
    if (to.startsWith(`${from}/`)) throw ioError('rename', from, 'EINVAL');
    const target = this.nodes.get(to);
    if (target === 'directory' && node !== 'directory') throw ioError('rename', from, 'EISDIR');
    if (target === 'directory' && this.namesIn(to).length > 0) throw ioError('rename', from, 'ENOTEMPTY');
    if (target !== undefined && target !== 'directory' && node === 'directory')
      throw ioError('rename', from, 'ENOTDIR');
    if (target !== undefined && target !== 'directory') this.bury(target.current);
    move(this.nodes, from, to);
    this.nameChanges.push({ from, to, node });
  }

  async remove(path: string): Promise<void> {
    this.enter('remove', path);
    const node = this.nodes.get(path);
    if (node === undefined) throw ioError('remove', path, 'ENOENT');
    if (node === 'directory' && (path === '/' || this.namesIn(path).length > 0)) {
      throw ioError('remove', path, 'ENOTEMPTY');
    }
    this.nodes.delete(path);
    if (node !== 'directory') this.bury(node.current);
    this.nameChanges.push({ from: path, to: undefined, node });
  }

  async makeDirectory(path: string): Promise<void> {
    for (let end = path.indexOf('/', 1); ; end = path.indexOf('/', end + 1)) {
      const directory = end < 0 ? path : path.slice(0, end);
      const node = this.nodes.get(directory);
      if (node === undefined) {
        // What this name was before is over on the disk as well.
        this.applyNames((change) => change.from === directory || change.to === directory);
        this.nodes.set(directory, 'directory');
        this.durableNodes.set(directory, 'directory');
      } else if (node !== 'directory') {
        throw ioError('make directory', path, directory === path ? 'EEXIST' : 'ENOTDIR');
      }
      if (end < 0) return;
    }
  }

  async list(path: string): Promise<string[]> {
    this.enter('list', path);
    this.needDirectory('list', path, path);
    return this.namesIn(path).sort();
  }

  listNow(path: string): string[] {
    return this.nodes.get(path) === 'directory' ? this.namesIn(path).sort() : [];
  }

  async stat(path: string): Promise<DiskStat | undefined> {
    return this.statNow(path);
  }

  statNow(path: string): DiskStat | undefined {
    const node = this.nodes.get(path);
    if (node === undefined) return undefined;
    if (node === 'directory') return { kind: 'directory', sizeBytes: 0, modifiedMs: 1 };
    return { kind: 'file', sizeBytes: node.current.length, modifiedMs: node.modifiedMs };
  }

  async syncDirectory(path: string): Promise<void> {
    this.enter('sync', path);
    this.needDirectory('sync directory', path, path);
    this.applyNames(({ from, to }) => [from, to].some((name) => name !== undefined && parentOf(name) === path));
  }

  async space(path: string): Promise<DiskSpace> {
    this.needDirectory('look at', path, path);
    const totalBytes = Math.min(this.capacityBytes, Number.MAX_SAFE_INTEGER);
    return { freeBytes: Math.min(this.capacityBytes - this.usedBytes(), totalBytes), totalBytes };
  }

  private applyNames(isMeant: (change: NameChange) => boolean): void {
    this.nameChanges = this.nameChanges.filter((change) => {
      if (!isMeant(change)) return true;
      this.applyName(change);
      return false;
    });
  }

  private applyName({ from, to, node }: NameChange): void {
    const nodes = this.durableNodes;
    if (from !== undefined && to !== undefined && nodes.has(from)) move(nodes, from, to);
    else if (from !== undefined) {
      nodes.delete(from);
      // A directory goes with the names in it, were they gone before or not.
      for (const path of nodes.keys()) if (path.startsWith(`${from}/`)) nodes.delete(path);
    }
    if (to !== undefined && nodes.get(parentOf(to)) === 'directory') nodes.set(to, node);
  }

  private needDirectory(operation: string, path: string, directory: string): void {
    const node = this.nodes.get(directory);
    if (node === undefined) throw ioError(operation, path, 'ENOENT');
    if (node !== 'directory') throw ioError(operation, path, 'ENOTDIR');
  }

  private namesIn(path: string): string[] {
    const prefix = path === '/' ? '/' : `${path}/`;
    const below = [...this.nodes.keys()].filter((name) => name.length > prefix.length && name.startsWith(prefix));
    return below.map((name) => name.slice(prefix.length)).filter((name) => !name.includes('/'));
  }

  // Contents

  /** @internal Counts a call, and throws the error that is to happen instead. Returns any other fault. */
  enter(operation: DiskCall['operation'], path: string): DiskFault | undefined {
    const fault = this.onCall?.({ index: this.calls++, operation, path });
    if (
      typeof fault === 'object' &&
      operation !== 'write' &&
      !(operation === 'sync' && this.nodes.get(path) !== 'directory')
    )
      throw ioError(operation, path, fault.errno);
    return fault;
  }

  /** @internal */
  write(path: string, content: Content, bytes: Uint8Array, position: number): number {
    const fault = this.enter('write', path);
    let count = bytes.length;
    const room = this.capacityBytes - this.usedBytes() + content.current.length;
    if (position + count > room) count = Math.max(0, Math.floor(room - position));
    if (typeof fault === 'object') count = this.random.int(bytes.length + 1);
    else if (fault === 'short' && bytes.length > 1) count = 1 + this.random.int(bytes.length - 1);
    const taken = bytes.slice(0, count);
    if (fault === 'corrupt' && count > 0) taken[this.random.int(count)]! ^= 1;
    if (count > 0) {
      const change: Change = { kind: 'write', position, bytes: taken };
      content.current = applied(content.current, change);
      content.modifiedMs = this.clock.now();
      content.changes.push(change);
    }
    if (typeof fault === 'object') throw ioError('write', path, fault.errno);
    if (count === 0 && bytes.length > 0) throw ioError('write', path, 'ENOSPC');
    return count;
  }

  /** @internal */
  truncate(path: string, content: Content, sizeBytes: number): void {
    this.enter('truncate', path);
    this.bury(content.current);
    const change: Change = { kind: 'truncate', sizeBytes };
    content.current = applied(content.current, change);
    content.changes.push(change);
  }

  /** @internal */
  sync(path: string, content: Content): void {
    const fault = this.enter('sync', path);
    if (typeof fault === 'object') {
      // As systems do it: what could not be written counts as written, and reading still gives it.
      content.durable = keptOf(content, this.lostPower);
      content.changes = [];
      throw ioError('sync', path, fault.errno);
    }
    // Only what is not counted as written already: not all of `current`, where a sync has failed before.
    for (const change of content.changes) content.durable = applied(content.durable, change);
    content.changes = [];
  }

  private get lostPower(): LostPower {
    const { random, sectorBytes, graves } = this;
    return { random, sectorBytes, graves };
  }

  private bury(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.graves.push(bytes.slice());
    if (this.graves.length > 8) this.graves.shift();
  }

  private usedBytes(): number {
    if (this.capacityBytes === Number.POSITIVE_INFINITY) return 0;
    let sum = 0;
    for (const node of this.nodes.values()) if (node !== 'directory') sum += node.current.length;
    return sum;
  }
}

/** Gives a node, and what is below it, another path. */
function move(nodes: Map<string, Node>, from: string, to: string): void {
  for (const [path, node] of [...nodes]) {
    if (path !== from && !path.startsWith(`${from}/`)) continue;
    nodes.delete(path);
    nodes.set(to + path.slice(from.length), node);
  }
}

class SimulatedFile implements DiskFile {
  private isClosed = false;

  constructor(
    private readonly disk: SimulatedDisk,
    readonly path: string,
    private readonly content: Content,
    private readonly isWritable: boolean,
  ) {}

  async read(into: Uint8Array, position: number): Promise<number> {
    this.check('read', true);
    this.disk.enter('read', this.path);
    const { current } = this.content;
    const count = Math.max(0, Math.min(into.length, current.length - position));
    into.set(current.subarray(position, position + count));
    return count;
  }

  async write(bytes: Uint8Array, position: number): Promise<number> {
    this.check('write', this.isWritable);
    return this.disk.write(this.path, this.content, bytes, position);
  }

  async sync(): Promise<void> {
    this.check('sync', true);
    this.disk.sync(this.path, this.content);
  }

  async truncate(sizeBytes: number): Promise<void> {
    this.check('truncate', this.isWritable);
    this.disk.truncate(this.path, this.content, sizeBytes);
  }

  async sizeBytes(): Promise<number> {
    this.check('look at', true);
    this.disk.enter('size', this.path);
    return this.content.current.length;
  }

  async close(): Promise<void> {
    this.isClosed = true;
  }

  private check(operation: string, isAllowed: boolean): void {
    if (this.isClosed || !isAllowed) throw ioError(operation, this.path, 'EBADF');
  }
}
