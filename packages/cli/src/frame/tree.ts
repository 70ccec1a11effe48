// Draws trees with rules, the columns of all levels aligned with each other.
import stringWidth from 'fast-string-width';
import { padColumns } from './width.ts';

/** One row of a tree: a label, cells right of it, remarks under it, and what hangs below. */
export interface TreeNode {
  /** First column, coloured already. */
  readonly label: string;
  /** Further columns; the last one is not padded. */
  readonly cells?: readonly string[];
  /** Lines under the row. */
  readonly remarks?: readonly string[];
  readonly children?: readonly TreeNode[];
}

interface FlatRow {
  readonly rule: string;
  readonly under: string;
  readonly node: TreeNode;
}

/** Deeper levels are drawn by an ellipsis: input decides the depth, the stack must not. */
const depthMax = 32;

function flatten(nodes: readonly TreeNode[], lead: string, depth: number, rows: FlatRow[]): void {
  nodes.forEach((node, index) => {
    const last = index === nodes.length - 1;
    const rule = depth === 0 ? '' : lead + (last ? '└─ ' : '├─ ');
    const under = depth === 0 ? '' : lead + (last ? '   ' : '│  ');
    rows.push({ rule, under, node });
    const children = node.children ?? [];
    if (children.length === 0) return;
    if (depth < depthMax) flatten(children, under, depth + 1, rows);
    else rows.push({ rule: `${under}└─ `, under, node: { label: `… ${children.length} deeper` } });
  });
}

/** Widest label or cell per column, a single very wide one not counted. */
function columnWidths(rows: readonly FlatRow[], widthMax: number): number[] {
  const widths: number[] = [];
  for (const { rule, node } of rows) {
    const cells = [rule + node.label, ...(node.cells ?? [])];
    cells.slice(0, -1).forEach((cell, column) => {
      const columns = stringWidth(cell);
      if (columns <= widthMax) widths[column] = Math.max(widths[column] ?? 0, columns);
    });
  }
  return widths;
}

/**
 * Lines of a forest. Remarks stand under their row, indented past the rule.
 *
 * @example drawTree([{ label: '70', children: [{ label: '82', cells: ['3C00'] }] }])
 * // ['70', '└─ 82  3C00']
 */
export function drawTree(
  nodes: readonly TreeNode[],
  options: { columnMax?: number } = {},
): string[] {
  const rows: FlatRow[] = [];
  flatten(nodes, '', 0, rows);
  const widths = columnWidths(rows, options.columnMax ?? 64);
  const lines: string[] = [];
  for (const { rule, under, node } of rows) {
    const cells = [rule + node.label, ...(node.cells ?? [])];
    const padded = cells.map((cell, column) =>
      column === cells.length - 1 ? cell : padColumns(cell, widths[column] ?? 0),
    );
    lines.push(padded.join('  ').trimEnd());
    const deeper = (node.children ?? []).length > 0 ? `${under}│  ` : `${under}   `;
    for (const remark of node.remarks ?? []) lines.push(`${deeper}${remark}`.trimEnd());
  }
  return lines;
}
