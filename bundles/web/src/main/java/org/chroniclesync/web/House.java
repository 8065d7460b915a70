// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.web;

import jakarta.servlet.http.HttpServletRequest;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.chroniclesync.support.network.IpLiteral;
import org.jspecify.annotations.Nullable;

/** The house around it, whose devices sign in by a password. */
final class House implements Place {
  /** How long one attempt waits for another to be judged. */
  private static final int PATIENCE_SECONDS = 10;

  /** An IPv6 network is known by its first half. */
  private static final int NETWORK_BYTES = 8;

  private final Set<String> names;
  private final Set<String> authorities;
  private final Predicate<char[]> password;
  private final Guests guests;
  private final Attempts attempts;

  /** Each judgement takes memory, so there is one at a time. */
  private final Semaphore judging = new Semaphore(1, true);

  /**
   * Makes it.
   *
   * @param names of this computer in the house, in lower case
   * @param authorities with a port, as they may be besides, such as behind a router
   * @param password whether this is the one that lets in; takes as long if there is none
   */
  House(
      Set<String> names,
      Set<String> authorities,
      Predicate<char[]> password,
      Guests guests,
      Attempts attempts) {
    this.names = Set.copyOf(names);
    this.authorities = Set.copyOf(authorities);
    this.password = password;
    this.guests = guests;
    this.attempts = attempts;
  }

  /** Nobody from the internet, though a router might lead them here. */
  @Override
  public boolean admits(InetAddress from, @Nullable InetAddress here) {
    byte[] bytes = from.getAddress();
    if (from.isLoopbackAddress() || from.isSiteLocalAddress() || from.isLinkLocalAddress()) {
      return true;
    }
    if (!(from instanceof Inet6Address)) {
      // 100.64/10, as networks have it that reach further than a house and are its owner's.
      return (bytes[0] & 0xff) == 100 && (bytes[1] & 0xc0) == 64;
    }
    boolean isUniqueLocal = (bytes[0] & 0xfe) == 0xfc;
    return isUniqueLocal || (here instanceof Inet6Address && sameNetwork(bytes, here.getAddress()));
  }

  private static boolean sameNetwork(byte[] one, byte[] other) {
    return Arrays.equals(one, 0, NETWORK_BYTES, other, 0, NETWORK_BYTES);
  }

  @Override
  public Problem stranger() {
    return Problem.forbidden(
        Code.ONLY_HOUSE,
        "The page is for devices of this house.",
        "Open it from the same network.");
  }

  /** The address that was asked is one of this computer; of names only those that are known. */
  @Override
  public boolean isNamed(String authority, HttpServletRequest request) {
    String end = ":" + request.getLocalPort();
    if (!authority.endsWith(end) || authorities.contains(authority)) {
      return authorities.contains(authority);
    }
    String host = authority.substring(0, authority.length() - end.length());
    InetAddress literal = IpLiteral.parse(host.replaceAll("[\\[\\]]", ""));
    return literal == null
        ? names.contains(host)
        : literal.equals(Gate.address(request.getLocalAddr()));
  }

  /** Browsers keep others from setting one with this beginning. */
  @Override
  public String cookie(int port) {
    return "__Host-chroniclesync-" + port;
  }

  @Override
  public boolean isIn(String session) {
    return guests.isIn(session);
  }

  @Override
  public Problem closed() {
    return Problem.notSignedIn();
  }

  @Override
  public void close(String session) {
    guests.close(session);
  }

  @Override
  public void closeAll() {
    guests.endAll();
  }

  @Override
  public boolean isHouse() {
    return true;
  }

  /** Answers the same, after the same time, whether the password is wrong or there is none. */
  @Override
  public void signIn(Exchange exchange, char[] typed) {
    HttpServletRequest request = exchange.request();
    InetAddress from = Gate.address(request.getRemoteAddr());
    if (from == null || !attempts.take(from)) {
      throw Problem.tooManyPasswords(from == null ? 1 : attempts.secondsLeft(from));
    }
    if (!judge(typed)) {
      throw Problem.wrongPassword(attempts.secondsLeft(from));
    }
    attempts.succeeded(from);
    Sessions.Opened opened =
        guests.add(
            BrowserName.of(request.getHeader("User-Agent")),
            from.getHostAddress().replaceFirst("%.*", "").toLowerCase(Locale.ROOT));
    exchange.gate().letIn(request, exchange.response(), opened);
  }

  /** One after the other, since each takes memory. */
  boolean judge(char[] typed) {
    try {
      if (!judging.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw Problem.tooManyPasswords(PATIENCE_SECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Problem.missing(Code.STOPPING, "The node is stopping.", "Start it again.");
    }
    try {
      return password.test(typed);
    } finally {
      judging.release();
    }
  }
}
