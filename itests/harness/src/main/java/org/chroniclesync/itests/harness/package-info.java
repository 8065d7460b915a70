/**
 * Nodes and discovery services for tests, each in a framework of its own.
 *
 * <p>A framework is given the very bundles and lists of the distribution, but for two things that
 * it lends from the class path instead: the api, so that a test can call services without
 * reflection, and SLF4J, so that everything lands in one log. What the classes here give out are
 * types of the JDK only; so they can be used from inside another framework, which has an api of its
 * own.
 */
@NullMarked
package org.chroniclesync.itests.harness;

import org.jspecify.annotations.NullMarked;
