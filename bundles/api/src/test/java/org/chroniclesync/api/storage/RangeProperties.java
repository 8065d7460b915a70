// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.chroniclesync.api.history.DeviceId;
import org.chroniclesync.api.history.EntryDigest;
import org.chroniclesync.api.history.EntryId;

/** The order of places, what is between them, and sums that know no overflow. */
class RangeProperties {
  private static final EntryId ID = new EntryId(new DeviceId("d"), "v");

  @Property
  void aPlaceBetweenPartsItsNeighbours(@ForAll("places") Bound one, @ForAll("places") Bound two) {
    int order = one.compareTo(two);
    assertThat(two.compareTo(one)).isEqualTo(-order);
    assertThat(order == 0).isEqualTo(one.equals(two));
    if (order < 0) {
      Bound between = Bound.between(one, two);
      assertThat(between).isGreaterThan(one).isLessThanOrEqualTo(two);
      assertThat(new Range(one, between).contains(two)).isFalse();
      assertThat(new Range(between, two).contains(one)).isFalse();
      assertThatIllegalArgumentException().isThrownBy(() -> new Range(two, one));
    }
  }

  @Property
  void aRangeHoldsItsBeginningAndNotItsEnd(
      @ForAll("places") Bound one, @ForAll("places") Bound two) {
    Bound first = one.compareTo(two) < 0 ? one : two;
    Bound last = one.compareTo(two) < 0 ? two : one;
    Range range = new Range(first, last);
    assertThat(range.contains(first)).isEqualTo(!first.equals(last));
    assertThat(range.contains(last)).isFalse();
    assertThat(new Range(Bound.START, Bound.END).contains(first)).isTrue();
  }

  @Example
  void aPlaceIsANumberAndAFiniteOneHasIds() {
    assertThatIllegalArgumentException().isThrownBy(() -> new Bound(Double.NaN, null));
    assertThatIllegalArgumentException().isThrownBy(() -> new Bound(Double.POSITIVE_INFINITY, ID));
    assertThat(new Bound(-0.0, ID)).isEqualTo(new Bound(0.0, ID));
    assertThat(new Bound(1, null)).isLessThan(new Bound(1, ID));
    assertThat(Bound.START).isLessThan(new Bound(-Double.MAX_VALUE, null));
    assertThat(Bound.END).isGreaterThan(new Bound(Double.MAX_VALUE, ID));
  }

  @Property
  void sumsAreThoseOfUnsignedNumbers(@ForAll List<Long> numbers) {
    Fingerprint sum = Fingerprint.EMPTY;
    BigInteger expected = BigInteger.ZERO;
    for (int i = 0; i + 1 < numbers.size(); i += 2) {
      EntryDigest digest = new EntryDigest(numbers.get(i), numbers.get(i + 1));
      assertThat(sum.plus(digest).minus(digest)).isEqualTo(sum);
      assertThat(sum.minus(digest).plus(digest)).isEqualTo(sum);
      sum = sum.plus(digest);
      expected = expected.add(number(digest.high(), digest.low()));
    }
    assertThat(number(sum.high(), sum.low()))
        .isEqualTo(expected.mod(BigInteger.ONE.shiftLeft(128)));
    assertThat(sum.count()).isEqualTo(numbers.size() / 2);
    assertThat(sum.minus(sum)).isEqualTo(Fingerprint.EMPTY);
  }

  private static BigInteger number(long high, long low) {
    return new BigInteger(1, ByteBuffer.allocate(16).putLong(high).putLong(low).array());
  }

  @Provide
  Arbitrary<Bound> places() {
    Arbitrary<Double> times =
        Arbitraries.of(-Double.MAX_VALUE, -1.5, -0.0, 0.0, Double.MIN_VALUE, 7.0, 1.7e12);
    Arbitrary<String> names = Arbitraries.of("a", "b", "\uD83D\uDE80", "\uFFFD", "\uD83D");
    Arbitrary<EntryId> ids =
        Combinators.combine(names, names)
            .as((device, visit) -> new EntryId(new DeviceId(device), visit));
    return Combinators.combine(times, ids.injectNull(0.3)).as(Bound::new);
  }
}
