/** What the commands do and say, whatever shell they are typed at. */
@NullMarked
package org.chroniclesync.support.commands;

import org.jspecify.annotations.NullMarked;
