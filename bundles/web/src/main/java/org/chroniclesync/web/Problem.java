// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.web;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** Why a request comes to nothing: a cause and a remedy, for a person. */
final class Problem extends RuntimeException {
  private static final long serialVersionUID = 1L;

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
      int status, String title, String cause, String remedy, int retrySeconds, @Nullable Way way) {
    super(cause, null, false, false);
    this.way = way;
    this.status = status;
    this.title = title;
    this.remedy = remedy;
    this.retrySeconds = retrySeconds;
  }

  private Problem(int status, String title, String cause, String remedy) {
    this(status, title, cause, remedy, 0);
  }

  private Problem(int status, String title, String cause, String remedy, int retrySeconds) {
    this(status, title, cause, remedy, retrySeconds, null);
  }

  static Problem wrong(String cause, String remedy) {
    return new Problem(400, "Wrong request", cause, remedy);
  }

  /** Of an exception that says both what is wrong and what to do. */
  static Problem wrong(Exception why) {
    return wrong(sentence(why), "Correct it and try again.");
  }

  static Problem noSession() {
    return new Problem(
        401,
        "Not opened",
        "This browser has not opened the page of this node, or not for a long time.",
        "Run chroniclesync open on this computer, and open the link that it prints.",
        0,
        Way.LINK);
  }

  static Problem notSignedIn() {
    return new Problem(
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
        401,
        "Wrong password",
        "This is not the password.",
        retrySeconds == 0 ? "Try again." : "Try again in " + retrySeconds + " s.",
        retrySeconds,
        Way.PASSWORD);
  }

  static Problem tooManyPasswords(int retrySeconds) {
    return new Problem(
        429,
        "Too many",
        "Too many passwords were tried.",
        "Try again in " + retrySeconds + " s.",
        retrySeconds);
  }

  static Problem onlyThere() {
    return forbidden(
        "This can be done only on the computer that the node runs on.",
        "Open the page there: chroniclesync open.");
  }

  static Problem forbidden(String cause, String remedy) {
    return new Problem(403, "Refused", cause, remedy);
  }

  static Problem unknown(String cause, String remedy) {
    return new Problem(404, "Not found", cause, remedy);
  }

  static Problem wrongMethod(String method, String allowed) {
    return new Problem(
        405, "Wrong method", "Nothing is done here by " + method + ".", "Use " + allowed + ".");
  }

  static Problem conflict(String cause, String remedy) {
    return new Problem(409, "Not now", cause, remedy);
  }

  static Problem tooLarge(String cause, String remedy) {
    return new Problem(413, "Too large", cause, remedy);
  }

  static Problem wrongType(String expected) {
    return new Problem(
        415,
        "Wrong type",
        "The body is not " + expected + ".",
        "Send it with Content-Type: " + expected + ".");
  }

  static Problem wrongHost() {
    return new Problem(
        421,
        "Wrong host",
        "This node has another name than the one in the address.",
        "Open it by an address that the command open or share prints, or add the name to authorities"
            + " of org.chroniclesync.web.");
  }

  static Problem tooMany(String cause, String remedy, int retrySeconds) {
    return new Problem(429, "Too many", cause, remedy, retrySeconds);
  }

  static Problem missing(String cause, String remedy) {
    return new Problem(503, "Not available", cause, remedy, 2);
  }

  static Problem failed(String cause, String remedy) {
    return new Problem(500, "Failed", cause, remedy);
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
            .put("remedy", remedy);
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
