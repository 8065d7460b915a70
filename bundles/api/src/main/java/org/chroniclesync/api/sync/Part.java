// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.sync;

import org.osgi.annotation.versioning.ProviderType;

/**
 * A part of a node and how it does. Shell, web page, log, health checks and exit codes show this
 * and nothing else.
 *
 * @param kind what the part is for, in lower case: {@code identity}, {@code codec}, {@code
 *     handler}, {@code storage}, {@code transport}, {@code discovery}, {@code importer}, {@code
 *     clock}, or a word of a third party's; 1 to {@value #MAX_KIND_CHARS} characters
 * @param name which part of its kind, such as {@code sqlite} or a message type; empty if the node
 *     needs any one of the kind; longer names are cut to {@value #MAX_NAME_CHARS} characters
 * @param state how it does
 */
@ProviderType
public record Part(String kind, String name, State state) {
  /** How long a kind may be. */
  public static final int MAX_KIND_CHARS = 32;

  /** How much of a name is kept. */
  public static final int MAX_NAME_CHARS = 256;

  /** How much of a cause or a remedy is kept. */
  public static final int MAX_SENTENCE_CHARS = 1_000;

  /**
   * Cuts the name.
   *
   * @throws IllegalArgumentException if the kind is empty or too long
   */
  public Part {
    if (kind.isEmpty() || kind.length() > MAX_KIND_CHARS) {
      throw new IllegalArgumentException(
          "the kind of a part has 1 to " + MAX_KIND_CHARS + " characters");
    }
    name = cut(name, MAX_NAME_CHARS);
  }

  private static String cut(String text, int most) {
    return text.length() <= most ? text : text.substring(0, most - 1) + "…";
  }

  /** How a part does. */
  @ProviderType
  public sealed interface State permits Well, Starting, Paused, Trouble {}

  /** It works. */
  @ProviderType
  public record Well() implements State {}

  /** It is not known yet whether it works. */
  @ProviderType
  public record Starting() implements State {}

  /**
   * It rests, for its owner wants that. This is health.
   *
   * @param what what does not happen and until when
   * @param remedy how to end it
   */
  @ProviderType
  public record Paused(String what, String remedy) implements State {
    /** Cuts both to {@value #MAX_SENTENCE_CHARS} characters. */
    public Paused {
      what = cut(what, MAX_SENTENCE_CHARS);
      remedy = cut(remedy, MAX_SENTENCE_CHARS);
    }
  }

  /** It does not work as it should. */
  @ProviderType
  public sealed interface Trouble extends State permits Degraded, Failed, Missing {
    /**
     * Returns what is wrong, in words for a person.
     *
     * @return one or more sentences, without secrets
     */
    String cause();

    /**
     * Returns what the person can do, or that nothing need be done.
     *
     * @return one or more sentences
     */
    String remedy();
  }

  /**
   * It works, but not as well as it should.
   *
   * @param cause what is wrong
   * @param remedy what to do
   */
  @ProviderType
  public record Degraded(String cause, String remedy) implements Trouble {
    /** Cuts both to {@value #MAX_SENTENCE_CHARS} characters. */
    public Degraded {
      cause = cut(cause, MAX_SENTENCE_CHARS);
      remedy = cut(remedy, MAX_SENTENCE_CHARS);
    }
  }

  /**
   * It does not work.
   *
   * @param cause what is wrong
   * @param remedy what to do
   */
  @ProviderType
  public record Failed(String cause, String remedy) implements Trouble {
    /** Cuts both to {@value #MAX_SENTENCE_CHARS} characters. */
    public Failed {
      cause = cut(cause, MAX_SENTENCE_CHARS);
      remedy = cut(remedy, MAX_SENTENCE_CHARS);
    }
  }

  /**
   * The node needs it, and nothing provides it.
   *
   * @param cause what the node cannot do without it
   * @param remedy what to do
   */
  @ProviderType
  public record Missing(String cause, String remedy) implements Trouble {
    /** Cuts both to {@value #MAX_SENTENCE_CHARS} characters. */
    public Missing {
      cause = cut(cause, MAX_SENTENCE_CHARS);
      remedy = cut(remedy, MAX_SENTENCE_CHARS);
    }
  }
}
