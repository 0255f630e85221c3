import type { Operation } from '../../../core/operation.js';
import { findHandler } from '../kernel/product.js';
import { conversationsProduct } from './product.js';

/** Whether simulate mode answers an operation. It answers all others with 501. */
export function isSimulated(operation: Operation): boolean {
  return findHandler(conversationsProduct, operation) !== undefined;
}
