// Folders of pictures, and MNIST's files.
#include <gtest/gtest.h>

#include <cstring>
#include <thread>

#include "teasel/core/file.hpp"
#include "teasel/core/picture_file.hpp"
#include "teasel/data/pixels.hpp"
#include "tests/data/user_files.hpp"

namespace teasel {
namespace {

namespace fs = std::filesystem;

Picture picture(int width, int height, int channels, int seed) {
  Picture out(width, height, channels);
  for (size_t i = 0; i < out.pixels.size(); ++i) out.pixels[i] = static_cast<uint8_t>((i * 37 + seed * 11) % 256);
  return out;
}

std::vector<std::byte> planes(const Picture& p) {
  std::vector<std::byte> out(p.pixels.size());
  to_planes(std::as_bytes(std::span(p.pixels)), p.channels, 1, out);
  return out;
}

struct ImageFolder : testing::Test {
  TemporaryFolder folder;
  ImageFolder() {
    fs::create_directory(folder / "sub");
    write_png(folder / "b.png", picture(6, 4, 3, 1));
    write_png(folder / "a.PNG", picture(6, 4, 1, 2));
    write_png(folder / "sub/c.png", picture(6, 4, 3, 3));
    write_quickly(folder / "notes.txt", "no picture");
  }
  std::string spec(const std::string& more = "") {
    return "name = 'image_folder'\npath = '" + folder.path().string() + "'\n" + more;
  }
  std::string with_csv(const std::string& csv) {
    write_quickly(folder / "f.csv", csv);
    return spec("factors = '" + (folder / "f.csv").string() + "'");
  }
};

TEST_F(ImageFolder, HoldsThePicturesInTheOrderOfTheirNames) {
  const auto set = open_text(spec());
  EXPECT_EQ(set->spec().size, 3);
  EXPECT_EQ(set->spec().fields[0].shape, (std::vector<int64_t>{3, 4, 6}));
  EXPECT_EQ(gathered(*set, {0}), planes(to_rgb(picture(6, 4, 1, 2))));
  EXPECT_EQ(gathered(*set, {1}), planes(picture(6, 4, 3, 1)));
  EXPECT_EQ(gathered(*set, {2}), planes(picture(6, 4, 3, 3)));
  const auto grey = open_text(spec("colours = 'grey'"));
  EXPECT_EQ(gathered(*grey, {1}), planes(to_grey(picture(6, 4, 3, 1))));
}

TEST_F(ImageFolder, ResizesAndCropsOnReading) {
  write_png(folder / "d.png", picture(20, 9, 3, 4));
  EXPECT_TRUE(holds(complaint(spec()), "20 x 9"));
  const auto set = open_text(spec("size = 8"));
  EXPECT_EQ(gathered(*set, {2}), planes(resized(picture(20, 9, 3, 4), 8, 8)));
  const auto cropped = open_text(spec("size = 8\ncrop = true"));
  EXPECT_EQ(gathered(*cropped, {2}), planes(resized(centre_square(picture(20, 9, 3, 4)), 8, 8)));
}

TEST_F(ImageFolder, ManyThreadsSeeTheSameBytes) {
  const auto set = open_text(spec("size = 16"));
  std::vector<std::vector<std::byte>> seen(4);
  std::vector<std::thread> threads;
  for (auto& mine : seen) threads.emplace_back([&] { mine = gathered(*set, {2, 1, 0, 1}); });
  for (auto& thread : threads) thread.join();
  for (auto& mine : seen) EXPECT_EQ(mine, gathered(*set, {2, 1, 0, 1}));
}

TEST_F(ImageFolder, FactorsFollowTheFileNames) {
  const auto set = open_text(with_csv("kind,file,size\nflat,sub/c.png,2\nround,a.PNG,1\nround,./b.png,3\n"));
  ASSERT_EQ(set->spec().factors.size(), 2u);
  EXPECT_EQ(set->spec().factors[0].name, "kind");
  EXPECT_EQ(factors_of(*set, {0, 1, 2}), (std::vector<float>{1, 0, 1, 2, 0, 1}));
}

TEST_F(ImageFolder, SaysWhichPictureOrRowIsWrong) {
  EXPECT_TRUE(holds(complaint("name = 'image_folder'"), "data.path"));
  EXPECT_TRUE(holds(complaint("name = 'image_folder'\npath = 'no/such'"), "no folder"));
  EXPECT_TRUE(holds(complaint(with_csv("file,a\na.PNG,1\nb.png,2\n")), "no row for 'sub/c.png'"));
  EXPECT_TRUE(
      holds(complaint(with_csv("file,a\na.PNG,1\nb.png,2\nsub/c.png,3\nd.png,4\n")), "f.csv:5: there is no picture"));
  EXPECT_TRUE(holds(complaint(with_csv("file,a\na.PNG,1\na.PNG,2\n")), "f.csv:3: 'a.PNG' stands there twice"));
  EXPECT_TRUE(holds(complaint(with_csv("flie,a\n")), "Did you mean 'flie'"));
  write_quickly(folder / "e.jpg", "no picture");
  EXPECT_TRUE(holds(complaint(spec()), "e.jpg"));
  fs::remove(folder / "e.jpg");
  write_quickly(folder / "sub/c.png", read_file(folder / "sub/c.png").substr(0, 60));  // the header is whole
  const auto set = open_text(spec());
  EXPECT_TRUE(holds(complaint_of([&] { gathered(*set, {2}); }), "sub/c.png"));
}

std::string idx(const std::vector<int>& shape, int modulo) {
  std::string out{'\0', '\0', '\x08', static_cast<char>(shape.size())};
  size_t count = 1;
  for (int n : shape) {
    out += {'\0', '\0', static_cast<char>(n / 256), static_cast<char>(n % 256)};
    count *= static_cast<size_t>(n);
  }
  for (size_t i = 0; i < count; ++i) out += static_cast<char>(i * 13 % static_cast<size_t>(modulo));
  return out;
}

struct Mnist : testing::Test {
  TemporaryFolder folder;
  Mnist() {
    write_quickly(folder / "train-images-idx3-ubyte", idx({20, 28, 28}, 251));
    write_quickly(folder / "train-labels-idx1-ubyte", idx({20}, 10));
    write_quickly(folder / "t10k-images.idx3-ubyte", idx({7, 28, 28}, 101));
    write_quickly(folder / "t10k-labels.idx1-ubyte", idx({7}, 10));
  }
  std::string spec(const std::string& more = "") {
    return "name = 'mnist'\npath = '" + folder.path().string() + "'\n" + more;
  }
};

TEST_F(Mnist, TrainingImagesFirstThenTestImages) {
  const auto set = open_text(spec("size = 28"));
  EXPECT_EQ(set->spec().size, 27);
  EXPECT_EQ(set->split("train").size(), 20u);
  EXPECT_EQ(set->split("test"), (std::vector<int64_t>{20, 21, 22, 23, 24, 25, 26}));
  EXPECT_THROW(set->split("validation"), Error);
  EXPECT_EQ(std::to_integer<int>(gathered(*set, {3})[5]), (3 * 784 + 5) * 13 % 251);
  EXPECT_EQ(std::to_integer<int>(gathered(*set, {21})[5]), (784 + 5) * 13 % 101);
  EXPECT_EQ(factors_of(*set, {4, 22}), (std::vector<float>{52 % 10, 26 % 10}));
  EXPECT_EQ(open_text(spec())->spec().fields[0].shape, (std::vector<int64_t>{1, 32, 32}));
}

TEST_F(Mnist, OnePairHasNoTestSplit) {
  const auto set = open_text("name = 'fashion_mnist'\nimages = '" + (folder / "t10k-images.idx3-ubyte").string() +
                             "'\nlabels = '" + (folder / "t10k-labels.idx1-ubyte").string() + "'");
  EXPECT_EQ(set->spec().size, 7);
  EXPECT_EQ(set->split("train").size(), 7u);
  EXPECT_THROW(set->split("test"), Error);
  EXPECT_EQ(set->spec().factors[0].name, "article");
}

TEST_F(Mnist, SaysWhichFileIsWrong) {
  EXPECT_TRUE(holds(complaint("name = 'mnist'"), "data.path"));
  write_quickly(folder / "t10k-labels.idx1-ubyte", idx({6}, 10));
  EXPECT_TRUE(holds(complaint(spec()), "7 images"));
  write_quickly(folder / "t10k-labels.idx1-ubyte", idx({7}, 40));
  EXPECT_TRUE(holds(complaint(spec()), "0 to 9 are expected"));
  fs::remove(folder / "t10k-labels.idx1-ubyte");
  EXPECT_TRUE(holds(complaint(spec()), "only the images of 't10k'"));
  write_quickly(folder / "train-images-idx3-ubyte-copy", "");
  EXPECT_TRUE(holds(complaint(spec()), "several files"));
  EXPECT_TRUE(holds(complaint("name = 'mnist'\nimages = 'x'"), "go together"));
}

TEST(RealMnist, HoldsWhatTheSamplesHold) {
  const char* shared = std::getenv("TEASEL_SHARED");
  const fs::path path = fs::path(shared ? shared : "../shared") / "data";
  if (!fs::exists(path / "mnist"))
    GTEST_SKIP() << path / "mnist"
                 << " is absent";
  const auto digits = open_text("name = 'mnist'\npath = '" + (path / "mnist").string() + "'");
  EXPECT_EQ(digits->split("train").size(), 4742u);
  EXPECT_EQ(digits->split("test").size(), 10000u);
  EXPECT_EQ(factors_of(*digits, {0, 1, 2, 4742, 4743, 4744}), (std::vector<float>{5, 0, 4, 7, 2, 1}));
  const auto clothes = open_text("name = 'fashion_mnist'\npath = '" + (path / "fashion_mnist").string() + "'");
  EXPECT_EQ(clothes->split("train").size(), 1813u);
  EXPECT_EQ(clothes->split("test").size(), 1770u);
  EXPECT_EQ(factors_of(*clothes, {0, 1}), (std::vector<float>{9, 0}));
}

}  // namespace
}  // namespace teasel
