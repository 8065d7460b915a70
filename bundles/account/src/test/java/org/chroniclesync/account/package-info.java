@NullMarked
package org.chroniclesync.account;

import org.jspecify.annotations.NullMarked;
