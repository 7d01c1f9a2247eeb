/**
 * What versions from elsewhere mean for those that are here: deciding ({@code Plan}, without SQL) and acting
 * ({@code BatchTransaction}).
 *
 * <p>Promise: a batch is applied in one transaction together with its cursor; applying it twice changes nothing; a
 * record that cannot be applied is set aside and holds up no other.
 */
@NullMarked
package io.agentdb.sync.replica.apply;

import org.jspecify.annotations.NullMarked;
