// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.web;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Why a request comes to nothing: a cause and a remedy, for a person. */
final class Problem extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Code code;
  private final Map<String, Object> values;
  private final int status;
  private final String title;
  private final String remedy;
  private final int retrySeconds;

  /** How a browser is let in, where it is not. */
  private final @Nullable Way way;

  /** By what a browser is let in. */
  enum Way {
    LINK,
    PASSWORD
  }

  private Problem(
      Code code,
      Map<String, Object> values,
      int status,
      String title,
      String cause,
      String remedy,
      int retrySeconds,
      @Nullable Way way) {
    super(cause, null, false, false);
    this.code = code;
    this.values = values;
    this.way = way;
    this.status = status;
    this.title = title;
    this.remedy = remedy;
    this.retrySeconds = retrySeconds;
  }

  private Problem(Code code, int status, String title, String cause, String remedy) {
    this(code, status, title, cause, remedy, 0);
  }

  private Problem(
      Code code, int status, String title, String cause, String remedy, int retrySeconds) {
    this(code, Map.of(), status, title, cause, remedy, retrySeconds, null);
  }

  /** The same, with what the sentences of a page have a hole for. */
  Problem with(String name, Object value) {
    Map<String, Object> more = new TreeMap<>(values);
    more.put(name, value);
    return new Problem(code, Map.copyOf(more), status, title, cause(), remedy, retrySeconds, way);
  }

  static Problem wrong(Code code, String cause, String remedy) {
    return new Problem(code, 400, "Wrong request", cause, remedy);
  }

  /** Of an exception that says both what is wrong and what to do. */
  static Problem wrong(Code code, Exception why) {
    return wrong(code, sentence(why), "Correct it and try again.");
  }

  static Problem noSession() {
    return new Problem(
        Code.NOT_OPENED,
        Map.of(),
        401,
        "Not opened",
        "This browser has not opened the page of this node, or not for a long time.",
        "Run chroniclesync open on this computer, and open the link that it prints.",
        0,
        Way.LINK);
  }

  static Problem notSignedIn() {
    return new Problem(
        Code.NOT_SIGNED_IN,
        Map.of(),
        401,
        "Not signed in",
        "This browser has not signed in, or is let in no more.",
        "Enter the password that the owner of the node has set.",
        0,
        Way.PASSWORD);
  }

  /** The same whether there is a password or not. */
  static Problem wrongPassword(int retrySeconds) {
    return new Problem(
        Code.WRONG_PASSWORD,
        Map.of("n", retrySeconds),
        401,
        "Wrong password",
        "This is not the password.",
        retrySeconds == 0 ? "Try again." : "Try again in " + retrySeconds + " s.",
        retrySeconds,
        Way.PASSWORD);
  }

  static Problem tooManyPasswords(int retrySeconds) {
    return new Problem(
        Code.TOO_MANY_PASSWORDS,
        Map.of("n", retrySeconds),
        429,
        "Too many",
        "Too many passwords were tried.",
        "Try again in " + retrySeconds + " s.",
        retrySeconds,
        null);
  }

  static Problem onlyThere() {
    return forbidden(
        Code.ONLY_THERE,
        "This can be done only on the computer that the node runs on.",
        "Open the page there: chroniclesync open.");
  }

  static Problem forbidden(Code code, String cause, String remedy) {
    return new Problem(code, 403, "Refused", cause, remedy);
  }

  static Problem unknown(Code code, String cause, String remedy) {
    return new Problem(code, 404, "Not found", cause, remedy);
  }

  static Problem wrongMethod(String method, String allowed) {
    return new Problem(
        Code.REQUEST,
        405,
        "Wrong method",
        "Nothing is done here by " + method + ".",
        "Use " + allowed + ".");
  }

  static Problem conflict(Code code, String cause, String remedy) {
    return new Problem(code, 409, "Not now", cause, remedy);
  }

  static Problem tooLarge(Code code, String cause, String remedy) {
    return new Problem(code, 413, "Too large", cause, remedy);
  }

  static Problem wrongType(String expected) {
    return new Problem(
        Code.REQUEST,
        415,
        "Wrong type",
        "The body is not " + expected + ".",
        "Send it with Content-Type: " + expected + ".");
  }

  static Problem wrongHost() {
    return new Problem(
        Code.WRONG_HOST,
        421,
        "Wrong host",
        "This node has another name than the one in the address.",
        "Open it by an address that the command open or share prints, or add the name to authorities"
            + " of org.chroniclesync.web.");
  }

  static Problem tooMany(Code code, String cause, String remedy, int retrySeconds) {
    return new Problem(code, 429, "Too many", cause, remedy, retrySeconds);
  }

  static Problem missing(Code code, String cause, String remedy) {
    return new Problem(code, 503, "Not available", cause, remedy, 2);
  }

  static Problem failed(Code code, String cause, String remedy) {
    return new Problem(code, 500, "Failed", cause, remedy);
  }

  int status() {
    return status;
  }

  String title() {
    return title;
  }

  String cause() {
    return sentence(this);
  }

  String remedy() {
    return remedy;
  }

  OptionalInt retrySeconds() {
    return retrySeconds == 0 ? OptionalInt.empty() : OptionalInt.of(retrySeconds);
  }

  ObjectNode json() {
    ObjectNode json =
        Json.object()
            .put("type", "about:blank")
            .put("title", title)
            .put("status", status)
            .put("detail", cause())
            .put("remedy", remedy)
            .put("code", code.word());
    ObjectNode holes = json.putObject("values");
    values.forEach(
        (name, value) -> {
          if (value instanceof Number number) {
            holes.put(name, number.longValue());
          } else {
            holes.put(name, String.valueOf(value));
          }
        });
    if (way != null) {
      json.put("way", way.name().toLowerCase(Locale.ROOT));
    }
    return json;
  }

  /** The message of an exception that is for a person. */
  static String sentence(Throwable why) {
    String message = why.getMessage();
    return message == null ? why.getClass().getSimpleName() + "." : message;
  }
}
