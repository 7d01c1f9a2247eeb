/**
 * Imports as they go on: what was sent is received first, looked at by anybody, and can be ended.
 *
 * <p>Promise: what there is no room for is refused with words, and leaves nothing behind; an import that ends early
 * says up to where everything is in, and making it again doubles nothing.
 */
@NullMarked
package io.agentdb.sync.web.transfer;

import org.jspecify.annotations.NullMarked;
