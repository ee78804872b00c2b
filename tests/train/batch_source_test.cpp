// Batches that are gathered ahead are the batches that are asked for.
#include "teasel/train/batch_source.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <mutex>
#include <set>
#include <thread>

#include "teasel/core/error.hpp"
#include "tests/models/small.hpp"

namespace teasel {
namespace {

using namespace testing;

// A set whose item i is the byte i + 10 * draw step, with what a test wants to know of its gathers.
class Counting : public Dataset {
 public:
  Counting() {
    spec_.name = "counting";
    spec_.fields = {{"x", {1}, Dtype::u8}};
    spec_.size = 20;
  }
  const DataSpec& spec() const override { return spec_; }
  void gather(std::span<const int64_t> index, size_t, Draw draw, std::span<std::byte> out) const override {
    if (draw.step >= fails_from) throw Error("no item can be read any more");
    for (size_t i = 0; i < index.size(); ++i)
      out[i] = static_cast<std::byte>(index[i] + 10 * draw.step + static_cast<int64_t>(draw.seed % 7));
    const std::lock_guard lock(mutex_);
    last_step = std::max(last_step, draw.step);
    threads.insert(std::this_thread::get_id());
  }
  void factors(std::span<const int64_t>, std::span<float>) const override {}

  int64_t fails_from = 1 << 30;
  mutable int64_t last_step = -1;
  mutable std::set<std::thread::id> threads;

 private:
  DataSpec spec_;
  mutable std::mutex mutex_;
};

std::unique_ptr<BatchSource> source(const Dataset& data, bool ahead, int64_t steps = 50) {
  return std::make_unique<BatchSource>(
      data, DataOrder(3, data.split("train"), 6),
      BatchSource::About{.fields = {"x"}, .batches = 2, .seed = 3, .steps = steps, .ahead = ahead});
}

std::string bytes_of_batches(const std::vector<Batch>& batches) {
  std::string out;
  for (auto& batch : batches) out += bytes_of(batch.index) + bytes_of(batch.fields.at("x").stored);
  return out;
}

TEST(BatchSource, GivesTheSameBatchesAheadOrNot) {
  const Counting data;
  const auto ahead = source(data, true), plain = source(data, false);
  // Also after jumps: to an earlier step, to another attempt, over some steps.
  for (const BatchKey key : std::vector<BatchKey>{
           {0, 0}, {1, 0}, {2, 0}, {0, 0}, {1, 1}, {2, 1}, {7, 1}, {8, 1}, {8, 1}, {49, 1}, {3, 2}, {4, 2}})
    EXPECT_EQ(bytes_of_batches(ahead->take(key)), bytes_of_batches(plain->take(key))) << key.step << " " << key.attempt;
}

TEST(BatchSource, AnotherAttemptSeesOtherItemsAndOtherDraws) {
  const Counting data;
  const auto plain = source(data, false);
  const auto first = plain->take({4, 0}), second = plain->take({4, 1});
  EXPECT_FALSE(at::equal(first[0].index, second[0].index));
  // The value is item + 10 step + seed: what is left without the item is another draw.
  const auto draw = [](const Batch& b) {
    return (b.fields.at("x").stored.view({-1}).to(at::kLong) - b.index)[0].item<int64_t>();
  };
  EXPECT_NE(draw(first[0]), draw(second[0]));
}

TEST(BatchSource, GathersOnAThreadOfItsOwnAndNothingAfterTheLastStep) {
  Counting data;
  {
    const auto ahead = source(data, true, 5);
    for (int64_t step = 0; step < 5; ++step) ahead->take({step, 0});
  }
  EXPECT_EQ(data.threads.size(), 1u);
  EXPECT_FALSE(data.threads.contains(std::this_thread::get_id()));
  EXPECT_EQ(data.last_step, 9);  // two batches a step
}

TEST(BatchSource, CarriesAnErrorToTheStepThatNeedsTheBatch) {
  Counting data;
  data.fails_from = 6;
  const auto ahead = source(data, true);
  for (int64_t step = 0; step < 3; ++step) EXPECT_NO_THROW(ahead->take({step, 0}));
  for (int again = 0; again < 2; ++again) try {
      ahead->take({3, 0});
      ADD_FAILURE() << "no Error";
    } catch (const Error& e) {
      EXPECT_STREQ(e.what(), "no item can be read any more");
    }
  EXPECT_NO_THROW(ahead->take({1, 0}));
}

TEST(BatchSource, EndsWhileItGathers) {
  const Counting data;
  for (int i = 0; i < 200; ++i) {
    const auto ahead = source(data, true);
    if (i % 2) ahead->take({i % 40, 0});
  }
}

}  // namespace
}  // namespace teasel
