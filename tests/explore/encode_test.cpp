// Codes against the model itself, and their file.
#include "teasel/explore/encode.hpp"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <gtest/gtest.h>

#include <cmath>

#include "tests/core/temporary_folder.hpp"
#include "tests/models/small.hpp"

namespace teasel {
namespace {

using namespace testing;

std::vector<float> numbers(const Tensor& t) {
  const Tensor host = t.contiguous();
  return {host.const_data_ptr<float>(), host.const_data_ptr<float>() + host.numel()};
}

Codes codes_of(const Model& model, const Dataset& data, int64_t batch_size = 256, int64_t distortion = 10) {
  return encode(model, data, {}, {.batch_size = batch_size, .distortion_items = distortion, .progress = false});
}

TEST(Encode, HoldsWhatTheModelSaysOfEveryItemInOrder) {
  c10::NoGradGuard no_gradients;
  const auto data = eight_items();
  const auto model = small_model("beta_vae", *data);
  const Codes codes = codes_of(*model, *data);
  const Batch all = gather_batch(*data, {"x", "factors"}, {0, 1, 2, 3, 4, 5, 6, 7}, {});
  const Latents latents = model->encode(all);
  EXPECT_EQ(codes.samples, 8);
  EXPECT_TRUE(codes.full_grid);
  ASSERT_EQ(codes.blocks.size(), 1u);
  EXPECT_EQ(codes.blocks[0].location, numbers(latents.location[0]));
  EXPECT_EQ(codes.blocks[0].spread, numbers(latents.spread[0]));
  EXPECT_EQ(codes.factors, numbers(all["factors"]));
  ASSERT_EQ(codes.kl.size(), 80u);
  for (size_t i = 0; i < 80; ++i) {
    const double m = codes.blocks[0].location[i], s = codes.blocks[0].spread[i];
    EXPECT_NEAR(codes.kl[i], 0.5 * (m * m + s * s - 1 - 2 * std::log(s)), 1e-6);
  }
}

TEST(Encode, MeasuresDistortionOnItemsEvenlySpaced) {
  c10::NoGradGuard no_gradients;
  const auto data = small_data();
  const auto model = small_model("beta_vae", *data);
  const Codes codes = codes_of(*model, *data, 100, 6);
  EXPECT_EQ(codes.distortion_of, (std::vector<int64_t>{0, 1024, 2048, 3072, 4096, 5120}));
  const Batch batch = gather_batch(*data, {"x"}, codes.distortion_of, {});
  const auto expected = numbers(model->distortion(model->encode(batch), batch));
  for (size_t i = 0; i < 6; ++i) EXPECT_NEAR(codes.distortion[i], expected[i], 1e-3);
  EXPECT_TRUE(codes_of(*model, *data, 100, 0).distortion.empty());
  EXPECT_EQ(codes_of(*model, *eight_items(), 3, 100).distortion.size(), 8u);
}

TEST(Encode, DoesNotDependOnItsBatches) {
  const auto data = eight_items();
  const auto model = small_model("beta_vae", *data);
  const Codes one = codes_of(*model, *data, 3), other = codes_of(*model, *data, 8);
  for (size_t i = 0; i < one.blocks[0].location.size(); ++i)
    EXPECT_NEAR(one.blocks[0].location[i], other.blocks[0].location[i], 1e-5);
}

TEST(CodesFile, ReadsBackTheSameUnderItsKeyAlone) {
  const TemporaryFolder folder;
  const auto data = eight_items();
  const auto model = small_model("beta_vae", *data);
  const Codes codes = codes_of(*model, *data);
  const auto path = folder / "codes.safetensors";
  const auto read = [&](const std::string& key) { return read_codes(path, key, model->latents(), data->spec()); };
  EXPECT_FALSE(read("key"));
  write_codes(path, codes, "key");
  EXPECT_FALSE(read("other"));
  const auto back = read("key");
  ASSERT_TRUE(back);
  EXPECT_EQ(back->samples, codes.samples);
  EXPECT_EQ(back->full_grid, codes.full_grid);
  EXPECT_EQ(back->blocks[0].location, codes.blocks[0].location);
  EXPECT_EQ(back->blocks[0].spread, codes.blocks[0].spread);
  EXPECT_EQ(back->factors, codes.factors);
  EXPECT_EQ(back->kl, codes.kl);
  EXPECT_EQ(back->distortion, codes.distortion);
  EXPECT_EQ(back->distortion_of, codes.distortion_of);
}

}  // namespace
}  // namespace teasel
