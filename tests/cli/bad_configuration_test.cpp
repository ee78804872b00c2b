// Configurations with mistakes: each message says what is wrong, where, and what would be right.
#include <gtest/gtest.h>

#include "tests/cli/mistakes.hpp"

namespace teasel {
namespace {

using namespace testing;

const std::vector<std::string> check{"config", "check", "a.toml"};

// The configuration `toml` in a file.
Mistake in_file(const std::string& name, const std::string& toml, const std::vector<std::string>& says) {
  return {name, check, says, file("a.toml", toml)};
}
// One setting over a sound configuration.
Mistake setting(const std::string& assignment, const std::vector<std::string>& says) {
  return {assignment, {"config", "check", "a.toml", "--set", assignment}, says, config()};
}

TEST(BadConfiguration, FileNamesLineAndColumn) {
  expect_mistakes({
      in_file("a table that is not closed", "[model\nname = 'vae'\n", {"a.toml:1:7", "TOML"}),
      in_file("a key twice", "[model]\nname = 'vae'\nname = 'vae'\n", {"a.toml:3:", "name", "TOML"}),
      in_file("a text without its end", "[model]\nname = 'vae\n", {"a.toml:2:", "TOML"}),
      in_file("no text at all", std::string("\xff\xfe\0\0[model]", 11), {"a.toml:1:", "TOML"}),
      in_file("a date", "[model]\nname = 'vae'\n[train]\nsteps = 1979-05-27\n", {"a.toml:4", "dates"}),
      in_file("a wrong key", "[model]\nname = 'beta_vae'\nbta = 3\n",
              {"a.toml:3:", "model.bta", "Did you mean 'beta'"}),
      in_file("a wrong type", "[model]\nname = 'vae'\n[train]\nsteps = 'many'\n",
              {"a.toml:4:", "train.steps", "a text", "whole number"}),
      in_file("a number out of range", "[model]\nname = 'vae'\n[train]\nbatch_size = 0\n",
              {"a.toml:4:", "train.batch_size", "0", "1 to 1048576"}),
      in_file("a wrong table", "[model]\nname = 'vae'\n[trian]\nsteps = 1\n",
              {"a.toml:3:", "unknown key 'trian'", "Did you mean 'train'"}),
      in_file("a table where a number belongs", "[model]\nname = 'vae'\n[train.steps]\nmany = 1\n",
              {"a.toml:3:", "train.steps", "a table"}),
      in_file("model is a number", "model = 3\n", {"a.toml:1:", "model", "a whole number"}),
      in_file("the name is a number", "[model]\nname = 3\n", {"a.toml:2:", "model.name", "a text", "quotes"}),
  });
}

TEST(BadConfiguration, NamesThatNobodyRegistered) {
  expect_mistakes({
      in_file("nothing", "", {"names no model", "teasel list models"}),
      setting("model.name=beta_vea", {"beta_vea", "Did you mean 'beta_vae'"}),
      setting("model.preset=recomended", {"preset 'recomended'", "recommended"}),
      setting("data.name=dsprite", {"data.name", "'dsprite'", "Did you mean 'dsprites'"}),
      setting("data.views=[{name=\"resise\", size=16}]", {"data.views", "resise", "Did you mean 'resize'"}),
      setting("model.encoder=conv_a44", {"model.encoder", "conv_a44", "Did you mean 'conv_a4'"}),
      setting("model.encoder.chanels=[4]", {"model.encoder.chanels", "Did you mean 'channels'"}),
      setting("train.split=tset", {"split 'tset'", "train, all"}),
      {"no file", {"config", "check", "b.toml"}, {"'b.toml'", "No such file"}, config()},
      {"a folder", {"config", "check", "."}, {"'.'", "Is a directory"}, config()},
  });
}

TEST(BadConfiguration, ValuesOutOfRange) {
  expect_mistakes({
      setting("train.steps=-1", {"--set train.steps=-1", "train.steps", "at least 0"}),
      setting("train.steps=1.5", {"train.steps", "1.5", "whole number"}),
      setting("train.seed=-3", {"train.seed", "at least 0"}),
      setting("train.phases.vae.lr=nan", {"train.phases.vae.lr", "nan", "finite"}),
      setting("train.phases.vae.lr=2", {"train.phases.vae.lr", "2", "0 to 1"}),
      setting("train.phases.vea.lr=1e-3", {"train.phases.vea", "Did you mean 'vae'"}),
      setting("train.gradient_clip=inf", {"train.gradient_clip", "inf"}),
      setting("model.beta=-1", {"model.beta", "-1", "at least 0"}),
      setting("model.beta={kind=\"lineer\", from=0, to=1, steps=10}", {"model.beta", "lineer", "linear"}),
      setting("model.beta=[1, 2]", {"model.beta", "2", "10"}),
      setting("model.latents=0", {"model.latents", "0", "1 to 4096"}),
      setting("train.batch_size=7000", {"train.batch_size", "7000", "6144"}),
  });
}

TEST(BadConfiguration, DataThatDoesNotFit) {
  const std::string select = "data.views=[{name=\"select\", ";
  expect_mistakes({
      setting("data.views=[{name=\"resize\", size=20}]", {"20x20", "64 pixels wide", "divides"}),
      setting("data.views=[{name=\"resize\", size=0}]", {"size", "0"}),
      setting("model.encoder.channels=[4,4,4,4,4,4,4]",
              {"convolution 5 of 7", "1x1 pixels", "16x16", "fewer `channels`"}),
      setting("data.views=[{name=\"resize\"", {"no TOML value", "quotes"}),
      setting(select + "factor=\"shap\", values=[0]}]", {"shap", "Did you mean 'shape'"}),
      setting(select + "factor=\"shape\", values=[3]}]", {"shape", "class numbers", "0 to 2"}),
      setting(select + "factor=\"shape\", values=[0.5]}]", {"values", "whole number"}),
      setting("data=3", {"data", "whole number"}),
      setting("=3", {"no assignment", "--set key=value"}),
      setting("model.beta", {"no assignment", "--set model.beta=4"}),
      setting("train=fast", {"train", "a text"}),
  });
}

}  // namespace
}  // namespace teasel
