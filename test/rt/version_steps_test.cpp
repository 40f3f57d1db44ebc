//===- rt/version_steps_test.cpp - between two steps of updates -----------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "version_testing.h"

namespace stm::rt::testing {

namespace {

using VersionStepsTest = VersionTest;

TEST_F(VersionStepsTest, BetweenReleasesAllOfItIsSeenOrNothing) {
  static Cell X, Y;
  OpenSnapshot Before;
  OpenUpdate U;
  U.write(X, 1);
  U.write(Y, 1);
  Stop At(TestPoint::BetweenReleases);
  U.arm(At);
  U.startFinish();
  At.awaitArrival();
  EXPECT_FALSE(X.orec().load().isLocked());
  EXPECT_TRUE(Y.orec().load().isLocked());
  OpenSnapshot After;
  EXPECT_EQ(Before.read(X), 0u);
  EXPECT_EQ(Before.read(Y), 0u);
  EXPECT_EQ(After.read(X), 1u);
  EXPECT_EQ(After.read(Y), 1u);
  Stepped V(Stepped::Outside);
  uint64_t SeenX = 0, SeenY = 0;
  V.tell([&] {
    atomically([&] {
      SeenX = read(X.Value);
      SeenY = read(Y.Value); // It comes to this when Y is released.
    });
  });
  EXPECT_TRUE(V.staysBusy());
  At.release();
  V.await();
  EXPECT_EQ(SeenX, 1u);
  EXPECT_EQ(SeenY, 1u);
  U.finish();
  EXPECT_EQ(U.attempts(), 1u);
}

TEST_F(VersionStepsTest, BetweenReleasesAllIsHandedOver) {
  static Cell X, Y;
  OpenUpdate U;
  U.write(X, 1);
  U.write(Y, 1);
  OpenSnapshot R;
  Stop At(TestPoint::BetweenReleases), Waits(TestPoint::Waits);
  U.arm(At);
  U.startFinish();
  At.awaitArrival();
  EXPECT_EQ(R.read(X), 0u);
  R.arm(Waits); // The lock of Y doesn't say that its record is linked.
  uint64_t Seen = ~0u;
  R.tell([&] { Seen = read(Y.Value); });
  Waits.awaitArrival();
  At.release();
  U.finish();
  Waits.release();
  R.await();
  EXPECT_EQ(Seen, 0u);
  EXPECT_EQ(readNow(X), 1u);
}

TEST_F(VersionStepsTest, AnExtensionValidatesAfterItsLookAtTheClock) {
  static Cell X, Y;
  OpenUpdate U;
  EXPECT_EQ(U.read(X), 0u);
  commitElsewhere(Y, 1);
  Stop At(TestPoint::ExtendAfterClock);
  U.arm(At);
  U.tell([] { read(Y.Value); });
  At.awaitArrival();
  commitElsewhere(X, 1);
  At.release();
  U.await();
  EXPECT_EQ(U.attempts(), 2u);
  EXPECT_EQ(U.read(X), 1u);
  U.write(Y, 2);
  U.finish();
  EXPECT_EQ(U.attempts(), 2u);
  EXPECT_EQ(readNow(Y), 2u);
}

TEST_F(VersionStepsTest, AnExtensionIsAsOfItsLookAtTheClock) {
  static Cell X, Y, Z;
  OpenUpdate U;
  EXPECT_EQ(U.read(X), 0u);
  commitElsewhere(Y, 1);
  Stop At(TestPoint::ExtendAfterClock);
  U.arm(At);
  uint64_t Seen = 0;
  U.tell([&] { Seen = read(Y.Value); });
  At.awaitArrival();
  commitElsewhere(Z, 1); // It has read nothing of that,
  At.release();
  U.await();
  EXPECT_EQ(Seen, 1u);
  EXPECT_EQ(U.snapshot(), Y.orec().load().timestamp());
  EXPECT_EQ(U.read(Z), 1u); // and extends once more for it.
  EXPECT_GE(U.snapshot(), Z.orec().load().timestamp());
  U.finish();
  EXPECT_EQ(U.attempts(), 1u);
}

/// One that has read X and Y, and stops in its commit before it looks at the
/// one after the other.
class ValidationStepsTest : public VersionTest {
protected:
  ValidationStepsTest() : At(TestPoint::ValidateBeforeWord) {
    X = Y = Z = {};
    U.read(X);
    U.read(Y);
    U.write(Z, 1);
    commitElsewhere(Other, 1); // So that it has to validate.
    U.arm(At, 2);
    U.startFinish();
    At.awaitArrival();
  }

  static Cell X, Y, Z, Other;
  OpenUpdate U;
  Stop At;
};
Cell ValidationStepsTest::X, ValidationStepsTest::Y, ValidationStepsTest::Z,
    ValidationStepsTest::Other;

TEST_F(ValidationStepsTest, WhatIsOverwrittenBeforeItIsLookedAtIsStale) {
  commitElsewhere(Y, 1);
  At.release();
  U.finish();
  EXPECT_EQ(U.attempts(), 2u);
  EXPECT_EQ(readNow(Z), 0u);
}

TEST_F(ValidationStepsTest, WhatIsLockedBeforeItIsLookedAtIsStale) {
  OpenUpdate V;
  V.write(Y, 1);
  At.release();
  U.finish();
  EXPECT_EQ(U.attempts(), 2u);
  V.finish();
}

TEST_F(ValidationStepsTest, WhatIsOverwrittenAfterwardsIsNewer) {
  At.release(1);
  At.awaitArrival(2);
  commitElsewhere(X, 1); // It has been looked at.
  At.release();
  U.finish();
  EXPECT_EQ(U.attempts(), 1u);
  EXPECT_EQ(readNow(Z), 1u);
  EXPECT_LT(Z.orec().load().timestamp(), X.orec().load().timestamp());
}

} // namespace

} // namespace stm::rt::testing
