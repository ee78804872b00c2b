// Data files with mistakes: each message says which file, what about it, and what would be right.
#include <gtest/gtest.h>

#include <cmath>

#include "teasel/core/array.hpp"
#include "teasel/core/file.hpp"
#include "teasel/core/picture.hpp"
#include "teasel/core/rows.hpp"
#include "tests/cli/mistakes.hpp"
#include "tests/data/user_files.hpp"

namespace teasel {
namespace {

using namespace testing;
namespace fs = std::filesystem;

// What `data info` says of data set 'arrays' over these files.
Mistake arrays(const std::string& name, const std::vector<std::string>& sets, const std::vector<std::string>& says,
               const Arrange& arrange) {
  std::vector<std::string> words{"data", "info", "arrays"};
  for (auto& set : sets) words.insert(words.end(), {"--set", "data." + set});
  return {name, words, says, arrange};
}
// Twelve images of 16x16 bytes in "x.npz", with factors of so many rows in "y.npy".
Arrange images(int64_t rows = 12) {
  return [=](const fs::path& at) {
    write_npz(at / "x.npz", {{"images", counted<uint8_t>({12, 16, 16}, 256)}}, true);
    write_npy(at / "y.npy", counted<int64_t>({rows, 2}, 3));
  };
}
Arrange npy(const std::string& name, const Array& array) {
  return [=](const fs::path& at) { write_npy(at / name, array); };
}
// Keeps so much of a file.
Arrange cut(const std::string& name, double part) {
  return [=](const fs::path& at) {
    const std::string whole = read_file(at / name);
    write_quickly(at / name, whole.substr(0, static_cast<size_t>(part * static_cast<double>(whole.size()))));
  };
}
// Another byte in the middle of a file.
Arrange damaged(const std::string& name) {
  return [=](const fs::path& at) {
    std::string content = read_file(at / name);
    content[content.size() / 2] ^= 0x55;
    write_quickly(at / name, content);
  };
}
Arrange hdf5() {
  return [](const fs::path& at) {
    const Array images = counted<uint8_t>({12, 16, 16}, 256);
    write_hdf5(at / "x.h5", {RowSource::of("images", images)}, true);
  };
}
Array with(Array floats, size_t at, float value) {
  floats.as<float>()[at] = value;
  return floats;
}

TEST(BadData, ArraysOfYourOwn) {
  const std::vector<std::string> both{"images=x.npz", "factors=y.npy"};
  const Array floats = counted<float>({3, 8, 8}, 10, 0.1f), factors = counted<float>({12, 2}, 3);
  expect_mistakes({
      arrays("no file is named", {}, {"'arrays' needs images", "data.images"}, {}),
      arrays("no file", {"images=x.npz"}, {"'x.npz'", "No such file"}, {}),
      arrays("a folder", {"images=."}, {"'.'", "no regular file"}, {}),
      arrays("an npz cut off", both, {"'x.npz'", "zip"}, all({images(), cut("x.npz", 0.6)})),
      arrays("a damaged npz", both, {"member 'images.npy' of 'x.npz'"}, all({images(), damaged("x.npz")})),
      arrays("an npy cut off", both, {"'y.npy'", "(12, 2)"}, all({images(), cut("y.npy", 0.9)})),
      arrays("an HDF5 file cut off", {"images=x.h5"}, {"'x.h5'", "truncated"}, all({hdf5(), cut("x.h5", 0.7)})),
      arrays("no data file", {"images=a.toml"}, {"'a.toml'", "neither an npy nor an npz nor an HDF5"}, config()),
      arrays("factors of another length", both, {"'y.npy'", "11 rows of factors for 12 images"}, images(11)),
      arrays("factors of no rows", both, {"'y.npy'", "no rows"}, images(0)),
      arrays("an array that is not there", {"images=x.npz", "images_key=imagse"},
             {"no array 'imagse'", "Did you mean 'images'"}, images()),
      arrays("NaN in the images", {"images=x.npy"}, {"image 2 of 'x.npy'", "nan", "finite"},
             npy("x.npy", with(floats, 130, NAN))),
      arrays("a value out of range", {"images=x.npy"}, {"image 0 of 'x.npy'", "7", "data.low and data.high"},
             npy("x.npy", with(floats, 5, 7))),
      arrays("NaN in the factors", both, {"'y.npy'", "row 3", "nan", "finite number"},
             all({images(), npy("y.npy", with(factors, 7, NAN))})),
      arrays("a wrong number of names", {both[0], both[1], "names=[\"a\"]"}, {"'y.npy'", "names has 1"}, images()),
      arrays("a class beyond its size", {both[0], both[1], "sizes=[2, 2]"}, {"class number from 0 to 1"}, images()),
      arrays("integers for images", {"images=x.npy"}, {"holds i64", "astype"},
             npy("x.npy", counted<int64_t>({3, 8, 8}, 2))),
      arrays("a table for images", {"images=x.npy"}, {"(3, 8)", "[N, H, W]"},
             npy("x.npy", counted<uint8_t>({3, 8}, 2))),
      arrays("five channels", {"images=x.npy"}, {"(3, 8, 8, 5)", "1 or 3 channels"},
             npy("x.npy", counted<uint8_t>({3, 8, 8, 5}, 2))),
      arrays("no images", {"images=x.npy"}, {"nothing in it"}, npy("x.npy", counted<uint8_t>({0, 8, 8}, 2))),
  });
}

TEST(BadData, PicturesAndIdx) {
  const auto pictures = [](std::vector<std::string> more) {
    more.insert(more.begin(), {"data", "info", "image_folder", "--set", "data.path=p"});
    return more;
  };
  const auto picture = [](const std::string& name, int side) {
    return [=](const fs::path& at) {
      fs::create_directories(at / "p");
      write_png(at / "p" / name, Picture(side, side, 1));
    };
  };
  const std::vector<std::string> mnist{"data", "info", "mnist", "--set", "data.path=m"};
  expect_mistakes({
      {"no folder", pictures({}), {"'p' is no folder", "data.path"}},
      {"no pictures", pictures({}), {"'p' holds no pictures", ".png, .jpg or .jpeg"}, file("p/a.txt", "a")},
      {"no picture at all", pictures({}), {"a.png' is neither a PNG nor a JPEG"}, file("p/a.png", "a")},
      {"an empty picture", pictures({}), {"a.jpg' is neither a PNG nor a JPEG"}, file("p/a.jpg", "")},
      {"two sizes",
       pictures({}),
       {"'a.png' has 16 x 16 pixels", "'b.png' 20 x 20", "data.size"},
       all({picture("a.png", 16), picture("b.png", 20)})},
      {"a table without a picture",
       pictures({"--set", "data.factors=f.csv"}),
       {"f.csv has no row for 'b.png'"},
       all({picture("a.png", 16), picture("b.png", 16), file("f.csv", "file,size\na.png,1\n")})},
      {"a table of another picture",
       pictures({"--set", "data.factors=f.csv"}),
       {"f.csv:3", "no picture 'c.png'"},
       all({picture("a.png", 16), file("f.csv", "file,size\na.png,1\nc.png,2\n")})},
      {"a table with a hole",
       pictures({"--set", "data.factors=f.csv"}),
       {"f.csv:2", "'size' is empty"},
       all({picture("a.png", 16), file("f.csv", "file,size\na.png,\n")})},
      {"no folder of idx files", mnist, {"'m'"}},
      {"a folder without idx files", mnist, {"'m'", "idx"}, file("m/readme", "nothing")},
  });
}

TEST(BadData, ImagesThatATrainingCannotTake) {
  const auto set = [](const std::string& text) { return "--set=" + text; };
  expect_mistakes({
      {"fewer images than a batch",
       {"train", "--out", "run", set("model.name=vae"), set("model.encoder=mlp_a5"), set("data.name=arrays"),
        set("data.images=x.npy"), set("train.steps=2")},
       {"batch_size", "40"},
       npy("x.npy", counted<uint8_t>({40, 16, 16}, 256))},
      {"images too small for the networks",
       {"train", "--out", "run", set("model.name=vae"), set("data.name=arrays"), set("data.images=x.npy")},
       {"3x3 pixels are too small", "`channels`", "`resize`"},
       npy("x.npy", counted<uint8_t>({80, 3, 3}, 256))},
  });
}

TEST(BadData, MakeCheckAndExport) {
  const auto make = [](const std::string& out) {
    return std::vector<std::string>{"data", "make", "dsprites", "--out", out};
  };
  expect_mistakes({
      {"nowhere to make it", {"data", "make", "dsprites"}, {"--out"}},
      {"an ending that says nothing", make("x.bin"), {"'x.bin'", ".npz, .h5 and .hdf5"}},
      {"made in no folder", make("no/x.npz"), {"no/x.npz", "mkdir -p"}},
      {"made over a folder", make("p.npz"), {"p.npz"}, [](const fs::path& at) { fs::create_directory(at / "p.npz"); }},
      {"a check of nothing", {"data", "check"}, {"what"}},
      {"a check of what is not there", {"data", "check", "x.npz"}, {"'x.npz'", "Check the path"}},
      {"a check of a file with settings",
       {"data", "check", "a.toml", "--set", "data.size=3"},
       {"'a.toml' is a file or folder"},
       config()},
      {"a check of a set without its files", {"data", "check", "arrays", "--set", "data.low=0"}, {"needs images"}},
      {"an unknown verb", {"data", "chekc", "dsprites"}, {"chekc", "Did you mean 'check'"}},
      {"a list of one", {"data", "list", "dsprites"}, {"dsprites"}},
      {"an index cut off",
       {"data", "export", "dsprites", "--index", "i.npy", "--out", "x.npy"},
       {"'i.npy'"},
       all({npy("i.npy", counted<int64_t>({20}, 50)), cut("i.npy", 0.9)})},
  });
}

// What is wrong with a file is a finding of `data check`, printed as its result, and the file is left alone.
TEST(BadData, ChecksFindDamage) {
  for (auto* damage : {"cut", "changed"}) {
    const TemporaryFolder at;
    images()(at.path());
    (damage == std::string("cut") ? cut("x.npz", 0.5) : damaged("x.npz"))(at.path());
    const std::string before = read_file(at / "x.npz");
    const Outcome o = teasel::testing::teasel({"data", "check", at / "x.npz", "--quiet"});
    EXPECT_EQ(o.status, 2) << o.err;
    EXPECT_NE(o.out.find("WRONG"), std::string::npos) << damage << o.out;
    EXPECT_EQ(read_file(at / "x.npz"), before);
    EXPECT_EQ(at.names(), (std::vector<std::string>{"x.npz", "y.npy"}));
  }
}

}  // namespace
}  // namespace teasel
