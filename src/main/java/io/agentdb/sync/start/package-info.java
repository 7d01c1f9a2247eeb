/**
 * What is looked at before a node's first bean is made: whether all that is set for it is a setting, and whether its
 * ports are free.
 *
 * <p>Promise: a start that ends here has made nothing, and says all that it has found at once, with where it is set; a
 * variable of the environment that others may have there by right ends none.
 */
@NullMarked
package io.agentdb.sync.start;

import org.jspecify.annotations.NullMarked;
